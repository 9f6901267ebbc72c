package io.parktls.platform;

import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsTrust;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import java.nio.file.Path;
import java.util.List;

/** Tries features of ParkTLS on a given class path. Refers to no class of Bouncy Castle. */
final class ClassPathChild {
    private static final String HOST = "example.test";

    private ClassPathChild() {}

    /** Prints a line for each attempt: its name, and {@code ok} or the exception. */
    public static void main(String[] arguments) {
        Path directory = Path.of(arguments[0]);
        for (String kind : List.of(arguments).subList(1, arguments.length)) {
            attempt("jsse " + kind, () -> {
                TlsIdentity identity = pem(directory, kind);
                for (TlsVersion version : TlsVersion.values()) {
                    MemoryHandshakes.run(client(directory, version), server(identity, version), HOST);
                }
            });
        }
        attempt(
                "key store",
                () -> MemoryHandshakes.run(
                        client(directory, TlsVersion.TLS_1_3),
                        server(
                                TlsIdentity.keyStore(directory.resolve("identity.p12"), "secret".toCharArray()),
                                TlsVersion.TLS_1_3),
                        HOST));
        attempt("other form", () -> pem(directory, "other"));
        attempt("self-signed", () -> TlsIdentity.selfSigned(HOST));
        attempt("default client", TlsContext::client);
        attempt("default server", () -> TlsContext.server(pem(directory, "ECDSA_P256")));
        attempt("again", TlsContext::client);
        System.out.println("end");
    }

    private static TlsContext client(Path directory, TlsVersion version) throws Exception {
        return TlsContext.builder()
                .engine(TlsEngineProvider.jsse())
                .protocols(version)
                .trust(TlsTrust.pem(directory.resolve("ca.pem")))
                .build();
    }

    private static TlsContext server(TlsIdentity identity, TlsVersion version) {
        return TlsContext.builder()
                .engine(TlsEngineProvider.jsse())
                .protocols(version)
                .identity(identity)
                .build();
    }

    private static TlsIdentity pem(Path directory, String kind) throws Exception {
        return TlsIdentity.pem(directory.resolve(kind + ".chain.pem"), directory.resolve(kind + ".key.pem"));
    }

    @FunctionalInterface
    private interface Attempt {
        void run() throws Exception;
    }

    private static void attempt(String name, Attempt attempt) {
        try {
            attempt.run();
            System.out.println(name + ": ok");
        } catch (Throwable e) {
            System.out.println(name + ": " + e.getClass().getName() + ": " + e.getMessage());
        }
    }
}
