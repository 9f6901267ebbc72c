package io.parktls.sockets.jsse;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import io.parktls.TlsContext;
import io.parktls.TlsVersion;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.apache.logging.log4j.LogManager;
import org.jspecify.annotations.Nullable;

/**
 * The defaults of sockets that the JDK's system properties set: {@code jdk.tls.client.protocols},
 * {@code jdk.tls.client.cipherSuites}, {@code jdk.tls.client.SignatureSchemes}, those for servers, and
 * {@code jdk.tls.namedGroups}. Names that ParkTLS does not speak are left out; if none remains, the log says so and the
 * property has no effect.
 */
final class SystemSettings {
    private SystemSettings() {}

    /** Returns the defaults of clients or servers of a kind of context. */
    static Negotiation defaults(TlsContext widest, ContextKind kind, boolean client) {
        String role = client ? "jdk.tls.client." : "jdk.tls.server.";
        List<TlsVersion> fixed = client ? kind.clientProtocols() : null;
        List<TlsVersion> protocols = fixed != null
                ? fixed.stream().filter(widest.protocols()::contains).toList()
                : read(role + "protocols", names -> JsseNames.protocols(names, widest.protocols()));
        List<CipherSuite> suites =
                read(role + "cipherSuites", names -> JsseNames.cipherSuites(names, widest.cipherSuites()));
        List<NamedGroup> groups =
                read("jdk.tls.namedGroups", names -> nonEmpty(JsseNames.groups(names, NamedGroup.all())));
        List<SignatureScheme> schemes =
                read(role + "SignatureSchemes", names -> nonEmpty(JsseNames.signatureSchemes(names)));
        return new Negotiation(protocols, suites, groups, schemes, null, null, null, null);
    }

    /**
     * Returns whether clients ask for stapled OCSP responses: {@code jdk.tls.client.enableStatusRequestExtension}, whose
     * default is true.
     */
    static boolean requestStaples() {
        String value = System.getProperty("jdk.tls.client.enableStatusRequestExtension");
        return value == null || value.isEmpty() || Boolean.parseBoolean(value);
    }

    private static <T> List<T> nonEmpty(List<T> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("ParkTLS supports none of the names");
        }
        return values;
    }

    private static <T> @Nullable List<T> read(String property, Function<String[], List<T>> conversion) {
        String value = System.getProperty(property);
        if (value == null || value.isBlank()) {
            return null;
        }
        String[] names = Arrays.stream(value.replace("\"", "").split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toArray(String[]::new);
        try {
            return conversion.apply(names);
        } catch (IllegalArgumentException e) {
            LogManager.getLogger(SystemSettings.class)
                    .warn("the system property {} has no effect: {}", property, e.getMessage());
            return null;
        }
    }
}
