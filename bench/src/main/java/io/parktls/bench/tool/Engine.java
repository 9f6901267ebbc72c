package io.parktls.bench.tool;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import io.parktls.engine.TlsEngineProvider;
import java.util.Arrays;
import org.conscrypt.Conscrypt;

/** The engines by the names that the command line has for them. */
public enum Engine {
    /** The default. */
    BC("bc") {
        @Override
        public TlsEngineProvider provider() {
            return TlsEngineProvider.bouncyCastle();
        }
    },
    /** The default, with key exchanges and signatures from native libraries: AWS-LC, and BoringSSL. */
    BC_NATIVE("bc-native") {
        @Override
        public TlsEngineProvider provider() {
            AmazonCorrettoCryptoProvider corretto = AmazonCorrettoCryptoProvider.INSTANCE;
            corretto.assertHealthy();
            return TlsEngineProvider.bouncyCastle(corretto, Conscrypt.newProvider());
        }
    },
    /** The JDK's own. */
    JSSE("jsse") {
        @Override
        public TlsEngineProvider provider() {
            return TlsEngineProvider.jsse();
        }
    };

    private final String option;

    Engine(String option) {
        this.option = option;
    }

    /** The one that leaves most of the machine to others: native, where that runs. */
    public static TlsEngineProvider lightest() {
        try {
            return BC_NATIVE.provider();
        } catch (RuntimeException | LinkageError e) {
            return BC.provider();
        }
    }

    /**
     * The engine of that name.
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

    /** What makes the engines. */
    public abstract TlsEngineProvider provider();

    /** The name on the command line. */
    @Override
    public String toString() {
        return option;
    }
}
