package io.parktls.sockets.jsse;

import java.security.InvalidParameterException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The security provider {@code ParkTLS}, with which software that uses {@code javax.net.ssl} runs on ParkTLS without a
 * change. It offers {@code SSLContext} for {@code TLS}, {@code TLSv1.2}, {@code TLSv1.3} and {@code Default}.
 *
 * {@snippet :
 * Security.insertProviderAt(new ParkTlsProvider(), 1);
 * }
 *
 * <p>Without code, a file for {@code -Djava.security.properties} can list the provider. An entry there replaces the
 * JDK's entry with the same number, so the file must move the entry that it replaces. SunJSSE has number 4 in the JDK 25
 * for Linux, which lists 12 providers:
 *
 * <pre>
 * security.provider.4=io.parktls.sockets.jsse.ParkTlsProvider
 * security.provider.13=SunJSSE
 * </pre>
 *
 * <p>The provider is also found by {@code ServiceLoader}; the name {@code ParkTLS} then suffices in such a file.
 *
 * <p>A context takes any key managers and trust managers, and asks them in each handshake. Without them it uses those
 * of the system properties {@code javax.net.ssl.keyStore} (context {@code Default} only, as in the JDK) and
 * {@code javax.net.ssl.trustStore}. The host of a server is verified only if a socket's
 * {@code endpointIdentificationAlgorithm} says so, as JSSE prescribes.
 *
 * <p>Protocols that ParkTLS does not speak (TLS 1.0, TLS 1.1, DTLS) are not offered, so that the JVM asks the next
 * provider.
 *
 * <p>An {@code SSLEngine} of a context performs each step of the handshake that computes or asks a manager in a
 * delegated task, also the first step of a client. {@code wrap} and {@code unwrap} process one record with each call,
 * straight between arrays of the caller; they copy direct and read-only buffers, and data that is spread over several.
 *
 * <p>Thread-safe.
 */
public final class ParkTlsProvider extends Provider {
    private static final long serialVersionUID = 1L;

    /** The name of the provider. */
    public static final String NAME = "ParkTLS";

    private static final String VERSION = "0.2";

    /** Creates the provider. Register it with {@link java.security.Security#insertProviderAt}. */
    @SuppressWarnings("this-escape") // putService registers services, which refer to this provider
    public ParkTlsProvider() {
        super(NAME, VERSION, "ParkTLS: TLS 1.2 and 1.3 for javax.net.ssl");
        for (ContextKind kind : ContextKind.values()) {
            putService(new ContextService(this, kind));
        }
    }

    private static final class ContextService extends Service {
        private final ContextKind kind;

        ContextService(Provider provider, ContextKind kind) {
            super(
                    provider,
                    "SSLContext",
                    kind.algorithm(),
                    SslContext.class.getName(),
                    kind == ContextKind.TLS ? List.of("SSL") : null,
                    Map.of());
            this.kind = kind;
        }

        @Override
        public Object newInstance(@Nullable Object parameter) throws NoSuchAlgorithmException {
            if (parameter != null) {
                throw new InvalidParameterException("SSLContext takes no parameter, not " + parameter);
            }
            return SslContext.create(kind);
        }
    }
}
