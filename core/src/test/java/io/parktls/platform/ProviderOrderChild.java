package io.parktls.platform;

import io.parktls.ClientAuth;
import io.parktls.NamedGroup;
import io.parktls.TlsAlert;
import io.parktls.TlsConnection;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsTrust;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.jca.X509Certificates;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sets an order of providers, then handshakes with each identity and group, with both versions and engines. */
final class ProviderOrderChild {
    private static final String HOST = "example.test";

    private ProviderOrderChild() {}

    /** Prints a line for each case, {@code ok} or {@code FAILED}, and {@code end} at the end. */
    public static void main(String[] arguments) {
        Provider sunJsse = Security.getProvider("SunJSSE");
        ProviderOrder.valueOf(arguments[0]).set();
        Path directory = Path.of(arguments[1]);
        List<String> kinds = List.of(arguments).subList(3, arguments.length);
        boolean all = Boolean.parseBoolean(arguments[2]);
        if (all) {
            handshakes(directory, kinds);
        } else {
            someHandshakes(directory, kinds, ProviderOrder.valueOf(arguments[0]).ordinal());
        }
        attempt("self-signed", () -> {
            TlsIdentity identity = TlsIdentity.selfSigned(HOST);
            MemoryHandshakes.run(
                    TlsContext.builder()
                            .trust(TlsTrust.only(identity.chain().getFirst()))
                            .build(),
                    TlsContext.server(identity),
                    HOST);
        });
        attempt("key store", () -> {
            TlsIdentity identity = TlsIdentity.keyStore(directory.resolve("identity.p12"), "secret".toCharArray());
            MemoryHandshakes.run(client(directory).build(), TlsContext.server(identity), HOST);
        });
        refused(directory, "expired", TlsAlert.CERTIFICATE_EXPIRED);
        refused(directory, "unknown", TlsAlert.UNKNOWN_CA);
        refused(directory, "misused", TlsAlert.UNSUPPORTED_CERTIFICATE);
        // SunJSSE looks up algorithms in the order of providers. With Conscrypt first it cannot initialize its classes,
        // because Conscrypt throws for binary curves. With a provider that fails at use it finds no working signer.
        if (!arguments[0].startsWith("CONSCRYPT") && !arguments[0].startsWith("BROKEN_LATER")) {
            attempt(
                    "SunJSSE",
                    () -> handshake(directory, "ECDSA_P256", TlsEngineProvider.jsse(sunJsse), TlsVersion.TLS_1_3));
        }
        System.out.println("end");
    }

    /** Handshakes with each kind of identity in each version, and with each group. */
    private static void handshakes(Path directory, List<String> kinds) {
        for (String kind : kinds) {
            for (TlsVersion version : TlsVersion.values()) {
                attempt(directory, kind, version);
            }
        }
        for (NamedGroup group : NamedGroup.all()) {
            attempt(directory, kinds.getFirst(), group);
        }
    }

    /**
     * Handshakes with each group in TLS 1.3 and with each kind of identity in one version. The kind that meets a group
     * or a version is another one in the next order of providers.
     */
    private static void someHandshakes(Path directory, List<String> kinds, int order) {
        List<NamedGroup> groups = NamedGroup.all();
        for (int i = 0; i < Math.max(kinds.size(), groups.size() + 1); i++) {
            String kind = kinds.get((i + order) % kinds.size());
            if (i < groups.size()) {
                attempt(directory, kind, groups.get(i));
            } else {
                attempt(directory, kind, TlsVersion.TLS_1_2);
            }
        }
    }

    private static void attempt(Path directory, String kind, TlsVersion version) {
        attempt(kind + " " + version, () -> {
            TlsConnection connection = handshake(directory, kind, TlsEngineProvider.bouncyCastle(), version);
            require(connection.session().protocol() == version, "the version");
        });
    }

    private static void attempt(Path directory, String kind, NamedGroup group) {
        attempt(kind + " " + group.standardName(), () -> {
            TlsConnection connection =
                    handshake(directory, kind, TlsEngineProvider.bouncyCastle(), TlsVersion.TLS_1_3, group);
            require(connection.session().group() == group, "the group");
        });
    }

    /** Expects the same alert regardless of the provider that validates the path. */
    private static void refused(Path directory, String flaw, TlsAlert alert) {
        for (String kind : List.of("RSA_2048", "ECDSA_P256")) {
            attempt(flaw + " " + kind, () -> {
                TlsTrust trust = TlsTrust.pem(directory.resolve("ca.pem"));
                // Without the key: the check that it belongs to the chain takes longer than the verification.
                X509Certificate leaf;
                try (InputStream in = Files.newInputStream(directory.resolve(flaw + "." + kind + ".chain.pem"))) {
                    leaf = X509Certificates.parse(in);
                }
                try {
                    trust.verifyServer(List.of(leaf), "UNKNOWN", HOST);
                } catch (TlsPeerUnverifiedException e) {
                    require(
                            e.alert().equals(Optional.of(alert)),
                            "the alert, but " + e.alert() + ": " + e.getMessage());
                    return;
                }
                require(false, "a refusal");
            });
        }
    }

    private static TlsConnection handshake(
            Path directory, String kind, TlsEngineProvider engine, TlsVersion version, NamedGroup... groups)
            throws Exception {
        TlsIdentity identity = identity(directory, kind);
        TlsContext.Builder server = TlsContext.builder()
                .engine(engine)
                .identity(identity)
                .protocols(version)
                .clientAuth(ClientAuth.REQUIRED)
                .trust(TlsTrust.pem(directory.resolve("ca.pem")));
        TlsContext.Builder client =
                client(directory).engine(engine).protocols(version).identity(identity);
        if (groups.length > 0) {
            server.groups(groups);
            client.groups(groups);
        }
        return MemoryHandshakes.run(client.build(), server.build(), HOST);
    }

    private static TlsContext.Builder client(Path directory) throws Exception {
        return TlsContext.builder().trust(TlsTrust.pem(directory.resolve("ca.pem")));
    }

    private static TlsIdentity identity(Path directory, String kind) throws Exception {
        return TlsIdentity.pem(directory.resolve(kind + ".chain.pem"), directory.resolve(kind + ".key.pem"));
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new IllegalStateException("expected: " + what);
        }
    }

    @FunctionalInterface
    private interface Attempt {
        void run() throws Exception;
    }

    private static void attempt(String name, Attempt attempt) {
        long start = System.nanoTime();
        try {
            attempt.run();
            System.out.println("ok " + name + ", " + (System.nanoTime() - start) / 1_000_000 + " ms");
        } catch (Throwable e) {
            List<String> causes = new ArrayList<>();
            for (Throwable t = e; t != null; t = t.getCause()) {
                StackTraceElement[] trace = t.getStackTrace();
                causes.add(t + " at " + (trace.length == 0 ? "?" : trace[0]));
            }
            System.out.println("FAILED " + name + ": " + causes);
            if (Boolean.getBoolean("trace")) {
                e.printStackTrace(System.out);
            }
        }
    }
}
