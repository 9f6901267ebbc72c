package io.parktls.semantics;

import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.openssl.SslContext;

/** Contexts of both libraries with the same settings, for any number of connections. */
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

    /** Returns whether the provider of an SSLEngine decides which alert it sends. */
    boolean isAlertChosenBy(boolean ours) {
        return ours && client.engineProvider() != TlsEngineProvider.bouncyCastle();
    }

    /** @param ours whether the client is one of ParkTLS */
    End client(boolean ours, Bio bio) {
        End end = ours ? new ParkTlsEnd(client.connect(bio, TestContexts.HOST, 0)) : Scenario.libssl(sslClient, bio);
        end.setRole(false);
        return end;
    }

    /** @param ours whether the server is one of ParkTLS */
    End server(boolean ours, Bio bio) {
        End end = ours ? new ParkTlsEnd(server.accept(bio)) : Scenario.libssl(sslServer, bio);
        end.setRole(true);
        return end;
    }
}
