package io.parktls.engine.bouncycastle;

import io.parktls.TlsContext;
import io.parktls.engine.ForeignCode;
import io.parktls.engine.HandshakeOverrides;
import io.parktls.engine.RecordCiphers;
import io.parktls.engine.TlsEngine;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.pki.BouncyCastleJars;
import java.security.Provider;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The default engine: Bouncy Castle negotiates, and ParkTLS protects the records. */
public final class BouncyCastleEngineProvider implements TlsEngineProvider {
    /** The provider without preferred JCA providers. */
    public static final BouncyCastleEngineProvider INSTANCE =
            new BouncyCastleEngineProvider(RecordCiphers.JDK, List.of());

    static final String NAME = "BouncyCastle";

    private final PreferredProviders preferred;
    private final CipherSelection ciphers;

    /**
     * Creates a provider whose engines use the key exchanges and signatures of JCA providers, where those have them.
     *
     * @param selection which ciphers to use for records
     * @param preferred the providers, in order of preference
     */
    public BouncyCastleEngineProvider(RecordCiphers selection, List<Provider> preferred) {
        this.preferred = new PreferredProviders(preferred);
        this.ciphers = new CipherSelection(this.preferred, selection);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean supportsOverrides() {
        return true;
    }

    @Override
    public Engines prepare(TlsContext context) {
        BouncyCastleJars.requireForEngine();
        try {
            return engines(context);
        } catch (LinkageError e) {
            throw new IllegalStateException(
                    "the default engine cannot use the classes on the class path; it needs Bouncy Castle "
                            + BouncyCastleJars.NEEDED + ": " + rootCause(e),
                    e);
        }
    }

    private static Throwable rootCause(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private Engines engines(TlsContext context) {
        PreparedContext prepared = new PreparedContext(context, preferred, ciphers);
        return new Engines() {
            @Override
            public TlsEngine client(@Nullable String host, int port) {
                return client(host, port, HandshakeOverrides.NONE);
            }

            @Override
            public TlsEngine client(@Nullable String host, int port, HandshakeOverrides overrides) {
                if (context.verifyHost() && context.nameToVerify(host) == null && !context.pskRequired()) {
                    throw new IllegalStateException("no host to verify: call setPeer(host, port) first,"
                            + " or build the context with verifyName(...) or verifyHost(false)");
                }
                return BouncyCastleEngine.client(prepared, host, port, overrides);
            }

            @Override
            public TlsEngine server() {
                return server(HandshakeOverrides.NONE);
            }

            @Override
            public TlsEngine server(HandshakeOverrides overrides) {
                if (context.identities().isEmpty() && overrides.identityChoice() == null && !context.pskRequired()) {
                    throw new IllegalStateException("a server needs an identity: build the context with identity(...)");
                }
                return BouncyCastleEngine.server(prepared, overrides);
            }

            @Override
            public ForeignCode foreignCode(boolean server) {
                return prepared.mayWait(server) ? ForeignCode.CALLED : ForeignCode.NONE;
            }
        };
    }

    @Override
    public String toString() {
        return NAME + (preferred.providers().isEmpty() ? "" : " with " + preferred + " (" + ciphers + ")");
    }
}
