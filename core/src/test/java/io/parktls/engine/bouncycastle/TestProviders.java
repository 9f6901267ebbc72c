package io.parktls.engine.bouncycastle;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.Provider;
import java.security.Security;
import java.util.List;
import java.util.function.Supplier;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Assumptions;

/** JCA providers to be preferred by handshakes. */
public enum TestProviders {
    NONE(List::of),
    JDK(() -> List.of(Security.getProvider("SunEC"))),
    CONSCRYPT(() -> List.of(Conscrypt.newProvider())),
    CORRETTO(() -> List.of(corretto())),
    CORRETTO_AND_CONSCRYPT(() -> List.of(corretto(), Conscrypt.newProvider()));

    @SuppressWarnings("ImmutableEnumChecker")
    private final Supplier<List<Provider>> maker;

    TestProviders(Supplier<List<Provider>> maker) {
        this.maker = maker;
    }

    /** Returns the providers. Skips the test on systems that their native libraries do not support. */
    public List<Provider> list() {
        if (this != NONE && this != JDK) {
            String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
            Assumptions.assumeTrue(
                    system.equals("Linux amd64"),
                    "the native libraries in the tests are for Linux amd64, this is " + system);
        }
        return maker.get();
    }

    PreferredProviders preferred() {
        return new PreferredProviders(list());
    }

    private static Provider corretto() {
        AmazonCorrettoCryptoProvider.INSTANCE.assertHealthy();
        return AmazonCorrettoCryptoProvider.INSTANCE;
    }
}
