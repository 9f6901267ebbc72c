package io.parktls.sockets.jsse;

import io.parktls.NamedGroup;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsTrust;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The properties of factories that software creates by class name. All of them are optional:
 *
 * <ul>
 *   <li>{@code parktls.trust}: a PEM file with the trusted authorities; default: the JDK's trust store, or the one that
 *       {@code javax.net.ssl.trustStore} names
 *   <li>{@code parktls.identity.chain} and {@code parktls.identity.key}: PEM files with the chain and the private key
 *   <li>{@code parktls.identity.keyStore}: a PKCS #12 or JKS file with one private key, instead of PEM files
 *   <li>{@code parktls.identity.password}: the password of the key or of the key store
 *   <li>{@code parktls.protocols}, {@code parktls.groups}: names, separated by commas, as in {@code TLSv1.3} and
 *       {@code X25519MLKEM768,x25519}
 *   <li>{@code parktls.verifyHost}: false to leave the verification of the host to the caller
 *   <li>{@code parktls.engine}: {@code bouncycastle} (the default) or {@code jsse}
 * </ul>
 *
 * <p>Unlike sockets of {@link ParkTlsProvider}, the sockets of these factories verify the host by default. Immutable.
 */
public final class FactoryProperties {
    private static final String PREFIX = "parktls.";

    private final Properties properties;

    FactoryProperties(Properties properties) {
        this.properties = properties;
    }

    static FactoryProperties ofSystem() {
        return new FactoryProperties(System.getProperties());
    }

    static FactoryProperties ofFile(String file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException("cannot read the properties file " + file + ": " + e.getMessage(), e);
        }
        return new FactoryProperties(properties);
    }

    SocketContext socketContext() {
        return SocketContext.of(context());
    }

    private TlsContext context() {
        TlsContext.Builder builder = TlsContext.builder();
        String engine = value("engine");
        if (engine != null) {
            builder.engine(engine(engine));
        }
        String trust = value("trust");
        if (trust != null) {
            builder.trust(load("trust", () -> TlsTrust.pem(Path.of(trust))));
        }
        TlsIdentity identity = identity();
        if (identity != null) {
            builder.identity(identity);
        }
        String protocols = value("protocols");
        if (protocols != null) {
            builder.protocols(
                    Arrays.stream(names(protocols)).map(TlsVersion::of).toArray(TlsVersion[]::new));
        }
        String groups = value("groups");
        if (groups != null) {
            builder.groups(Arrays.stream(names(groups)).map(NamedGroup::of).toArray(NamedGroup[]::new));
        }
        String verifyHost = value("verifyHost");
        if (verifyHost != null) {
            builder.verifyHost(!verifyHost.equalsIgnoreCase("false"));
        }
        return builder.build();
    }

    private static TlsEngineProvider engine(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "bouncycastle" -> TlsEngineProvider.bouncyCastle();
            case "jsse" -> TlsEngineProvider.jsse();
            default ->
                throw new IllegalArgumentException(
                        PREFIX + "engine is '" + name + "': it must be bouncycastle or jsse");
        };
    }

    private @Nullable TlsIdentity identity() {
        String chain = value("identity.chain");
        String key = value("identity.key");
        String keyStore = value("identity.keyStore");
        String password = value("identity.password");
        if (keyStore != null) {
            char[] secret = password == null ? new char[0] : password.toCharArray();
            return load("identity.keyStore", () -> TlsIdentity.keyStore(Path.of(keyStore), secret));
        }
        if (chain == null && key == null) {
            return null;
        }
        if (chain == null || key == null) {
            throw new IllegalArgumentException(
                    PREFIX + "identity.chain and " + PREFIX + "identity.key belong together: set both, or neither");
        }
        return load(
                "identity.key",
                () -> password == null
                        ? TlsIdentity.pem(Path.of(chain), Path.of(key))
                        : TlsIdentity.pem(Path.of(chain), Path.of(key), password.toCharArray()));
    }

    private interface Loading<T> {
        T load() throws IOException;
    }

    private static <T> T load(String property, Loading<T> loading) {
        try {
            return loading.load();
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(PREFIX + property + ": " + e.getMessage(), e);
        }
    }

    private static String[] names(String list) {
        return Arrays.stream(list.split(",", -1)).map(String::strip).toArray(String[]::new);
    }

    private @Nullable String value(String name) {
        String value = properties.getProperty(PREFIX + name);
        return value == null || value.isBlank() ? null : value.strip();
    }
}
