package io.parktls.bench.tool;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import io.parktls.engine.TlsEngineProvider;
import java.util.Arrays;
import java.util.function.Supplier;
import org.conscrypt.Conscrypt;

/** The engines, with their names on the command line. */
public enum Engine {
    /** Bouncy Castle, the default. */
    BC("bc", TlsEngineProvider::bouncyCastle),
    /** Bouncy Castle with key exchanges and signatures from native libraries: AWS-LC, and BoringSSL. */
    BC_NATIVE("bc-native", Engine::bouncyCastleNative),
    /** The JDK's own. */
    JSSE("jsse", TlsEngineProvider::jsse);

    private final String option;

    @SuppressWarnings("ImmutableEnumChecker") // they hold no state
    private final Supplier<TlsEngineProvider> provider;

    Engine(String option, Supplier<TlsEngineProvider> provider) {
        this.option = option;
        this.provider = provider;
    }

    /** The engine that uses the least processor time: the native one where it is available. */
    public static TlsEngineProvider lightest() {
        try {
            return BC_NATIVE.provider();
        } catch (RuntimeException | LinkageError e) {
            return BC.provider();
        }
    }

    /**
     * Returns the engine of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Engine of(String name) {
        return Arrays.stream(values())
                .filter(engine -> engine.option.equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no such engine: '" + name + "' (known: " + Arrays.toString(values()) + ")"));
    }

    public TlsEngineProvider provider() {
        return provider.get();
    }

    private static TlsEngineProvider bouncyCastleNative() {
        AmazonCorrettoCryptoProvider corretto = AmazonCorrettoCryptoProvider.INSTANCE;
        corretto.assertHealthy();
        return TlsEngineProvider.bouncyCastle(corretto, Conscrypt.newProvider());
    }

    /** The name on the command line. */
    @Override
    public String toString() {
        return option;
    }
}
