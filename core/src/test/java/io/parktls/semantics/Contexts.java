package io.parktls.semantics;

import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.openssl.SslContext;

/** The contexts of both libraries for many connections with the same settings. */
record Contexts(TlsContext client, TlsContext server, SslContext sslClient, SslContext sslServer) {
    static Contexts of(Setting setting, TlsIdentity identity) {
        TlsContext client = TestContexts.client(setting.engine(), setting.version())
                .groups(Scenario.GROUPS)
                .build();
        TlsContext server = TestContexts.server(setting.engine(), setting.version())
                .groups(Scenario.GROUPS)
                .identity(identity)
                .build();
        return new Contexts(
                client,
                server,
                SslContext.client(client, TestPki.authorities()),
                SslContext.server(server, TestPki.authorities()));
    }

    /** Whether which alert goes with a failure is up to the provider of an SSLEngine. */
    boolean isAlertChosenBy(boolean ours) {
        return ours && client.engineProvider() != TlsEngineProvider.bouncyCastle();
    }

    /** @param ours whether it is ParkTLS's */
    End client(boolean ours, Bio bio) {
        End end = ours
                ? new ParkTlsEnd(client.connect(bio, TestContexts.HOST, 0))
                : Scenario.libssl(sslClient, bio);
        end.setRole(false);
        return end;
    }

    /** @param ours whether it is ParkTLS's */
    End server(boolean ours, Bio bio) {
        End end = ours ? new ParkTlsEnd(server.accept(bio)) : Scenario.libssl(sslServer, bio);
        end.setRole(true);
        return end;
    }
}
