package io.parktls.semantics;

import io.parktls.ResumableSession;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.openssl.SslContext;
import org.jspecify.annotations.Nullable;

/**
 * Contexts of both libraries with the same settings, for any number of connections.
 *
 * @param session the session that clients of ParkTLS resume; null for full handshakes
 * @param resumed the pairing whose connections resume a session; null for full handshakes
 */
record Contexts(
        TlsContext client,
        TlsContext server,
        SslContext sslClient,
        SslContext sslServer,
        @Nullable Pairing resumed,
        @Nullable ResumableSession session) {
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
                SslContext.server(server, TestPki.authorities()),
                null,
                null);
    }

    /**
     * Returns the same contexts, except that every connection of a pairing resumes a session. For the Bouncy Castle
     * engine only, because tests have no access to the sessions of an SSLContext.
     */
    Contexts resuming(Pairing pairing) {
        TlsContext caching = ResumableSession.caching(client);
        Contexts full = new Contexts(caching, server, sslClient, sslServer, null, null);
        if (pairing.isClientOurs()) {
            full.connect(pairing).close();
        }
        ResumableSession session = pairing.isClientOurs() ? ResumableSession.newestOf(caching) : null;
        return new Contexts(client, server, sslClient, sslServer, pairing, session);
    }

    /** Makes a connection, reads the tickets and closes both ends; returns the client's end. */
    private End connect(Pairing pairing) {
        Wire wire = new Wire(Wire.UNLIMITED);
        End c = client(pairing.isClientOurs(), wire.client());
        try (End s = server(pairing.isServerOurs(), wire.server())) {
            Stage stage = new Stage(pairing, wire, c, s).establish();
            stage.client().shutdown();
            stage.server().read(1);
            stage.server().shutdown();
            stage.client().shutdown();
        }
        return c;
    }

    /** Returns whether the provider of an SSLEngine decides which alert it sends. */
    boolean isAlertChosenBy(boolean ours) {
        return ours && client.engineProvider() != TlsEngineProvider.bouncyCastle();
    }

    /** @param ours whether the client is one of ParkTLS */
    End client(boolean ours, Bio bio) {
        if (ours) {
            TlsContext context = session == null ? client : session.client();
            End end = new ParkTlsEnd(context.connect(bio, TestContexts.HOST, 0));
            end.setRole(false);
            return end;
        }
        LibsslEnd end = Scenario.libssl(sslClient, bio);
        end.setRole(false);
        if (resumed != null) {
            // libssl does not resume a session again after a failure, so each connection has one of its own.
            try (End first = new Contexts(client, server, sslClient, sslServer, null, null).connect(resumed)) {
                end.ssl().resume(((LibsslEnd) first).ssl());
            }
        }
        return end;
    }

    /** @param ours whether the server is one of ParkTLS */
    End server(boolean ours, Bio bio) {
        End end = ours ? new ParkTlsEnd(server.accept(bio)) : Scenario.libssl(sslServer, bio);
        end.setRole(true);
        return end;
    }
}
