package io.parktls.semantics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TlsConnection;
import io.parktls.TlsContext;
import io.parktls.openssl.SslConnection;
import io.parktls.openssl.SslContext;

/** ROLE: how and when a connection becomes a client or a server. */
final class RoleRowsTest {
    private static final String FIXED = "Choosing a role after the handshake has begun would silently reset a live"
            + " connection. ParkTLS throws an IllegalStateException instead, and the connection remains usable.";
    private static final String ONE_HANDSHAKE =
            "A TlsConnection performs one handshake. A new one over the same pipe costs no more.";

    @Row("ROLE-01")
    @Row("ROLE-02")
    @Row("ROLE-03")
    @InBothVersions
    void noRole(Setting setting) {
        Scenario.of(setting)
                .withoutRoles()
                .same(
                        "C hs:SSL, C read:SSL, C peek:SSL, C write:SSL, C shutdown:SSL, out:0, C connect:1, S accept:1,"
                                + " done:true",
                        stage -> {
                            stage.client().hs();
                            stage.client().read(1);
                            stage.client().peek(1);
                            stage.client().write(1);
                            stage.client().shutdown();
                            stage.note("out", stage.toServer().size());
                            stage.client().role(false);
                            stage.server().role(true);
                            stage.establish().note("done", stage.isDone());
                        });
    }

    @Row("ROLE-04")
    @InBothVersions
    void contextHasNoRole(Setting setting) {
        TlsContext like =
                TestContexts.client(setting.engine(), setting.version()).build();
        Wire wire = new Wire(Wire.UNLIMITED);
        SslContext context = SslContext.create("TLS_client_method", like, TestPki.authorities(), false);
        try (LibsslEnd libssl = new LibsslEnd(new SslConnection(context, wire.client()));
                ParkTlsEnd ours = new ParkTlsEnd(like.connection(wire.client()))) {
            assertEquals("SSL", libssl.doHandshake().verdict());
            assertEquals("SSL", ours.doHandshake().verdict());
        }
    }

    @Row(
            value = "ROLE-05",
            differs = "ParkTLS reports no role before one is chosen; libssl derives one from the method of the"
                    + " context.")
    @InBothVersions
    void reportedRole(Setting setting) {
        Scenario.of(setting).withoutRoles().differs("is server:1", "is server:no role", stage -> {
            if (stage.pairing() == Pairing.LIBSSL_LIBSSL) {
                stage.note("is server", Scenario.libssls(stage.client()).integer("SSL_is_server"));
            } else if (stage.pairing() == Pairing.PARKTLS_PARKTLS) {
                boolean none = Scenario.ours(stage.client()).toString().contains("NONE");
                stage.note("is server", none ? "no role" : "a role");
            }
        });
    }

    @Row("ROLE-06")
    @InBothVersions
    void roleIsChanged(Setting setting) {
        Scenario.of(setting).withoutRoles().same(stage -> {
            for (int i = 0; i < 3; i++) {
                stage.client().role(true);
                stage.client().role(false);
                stage.server().role(false);
                stage.server().role(true);
            }
            stage.settle();
        });
    }

    @Row("ROLE-07")
    @InBothVersions
    void connect(Setting setting) {
        Scenario.of(setting).withoutRoles().same("connect:R", stage -> {
            if (stage.client().end() instanceof LibsslEnd libssl) {
                stage.note(
                        "connect",
                        libssl.outcome(libssl.ssl().integer("SSL_connect")).verdict());
            } else {
                stage.client().end().setRole(false);
                stage.note("connect", stage.client().end().doHandshake().verdict());
            }
        });
    }

    @Row(
            value = "ROLE-08",
            differs = "One call, doHandshake, serves both roles, so a call for the wrong role cannot occur.")
    @Row(
            value = "ROLE-09",
            differs = "One call, doHandshake, serves both roles, so a call for the wrong role cannot occur.")
    @InBothVersions
    void wrongCall(Setting setting) {
        Scenario.of(setting).differs("SSL_accept:R, SSL_connect:R", "connect:SSL, accept:SSL", stage -> {
            if (stage.pairing() == Pairing.LIBSSL_LIBSSL) {
                stage.client().end().doHandshake();
                call(stage, stage.client(), "SSL_accept");
                call(stage, stage.server(), "SSL_connect");
            } else {
                stage.client().end().doHandshake();
                stage.server().end().doHandshake();
                stage.note("connect", stage.server().end().setRole(false).verdict());
                stage.note("accept", stage.client().end().setRole(true).verdict());
            }
        });
    }

    private static void call(Stage stage, Actor actor, String function) {
        LibsslEnd end = (LibsslEnd) actor.end();
        stage.note(function, end.outcome(end.ssl().integer(function)).verdict());
    }

    @Row("ROLE-10")
    @InBothVersions
    void onceEstablished(Setting setting) {
        Scenario.of(setting).same("connect:1, accept:1, moved:0", stage -> {
            stage.establish();
            int before = stage.toServer().written().length + stage.toClient().written().length;
            for (String function : new String[] {"connect", "accept"}) {
                Outcome outcome = stage.client().end() instanceof LibsslEnd libssl
                        ? libssl.outcome(libssl.ssl().integer("SSL_" + function))
                        : stage.client().end().doHandshake();
                stage.note(function, outcome.verdict());
            }
            stage.note(
                    "moved",
                    stage.toServer().written().length + stage.toClient().written().length - before);
        });
    }

    @Row(value = "ROLE-11", differs = FIXED)
    @InBothVersions
    void roleIsChosenAgain(Setting setting) {
        Scenario.of(setting)
                .differs("C connect:1, C done:false, C hs:R", "C connect:SSL, C done:true, C hs:1", stage -> {
                    stage.establish().client().role(false);
                    stage.client().done();
                    stage.client().hs();
                });
    }

    @Row(value = "ROLE-12", differs = "A failed connection stays failed. " + ONE_HANDSHAKE)
    @InBothVersions
    void roleIsChosenAfterAFailure(Setting setting) {
        Scenario.of(setting)
                .differs("C hs:SSL<40, C connect:1, C hs:R", "C hs:SSL<40, C connect:SSL, C hs:SSL<40", stage -> {
                    stage.client().end().doHandshake();
                    stage.toClient().inject(Records.alert(2, 40));
                    stage.client().hs();
                    stage.client().role(false);
                    stage.client().hs();
                });
    }

    @Row(value = "ROLE-13", differs = ONE_HANDSHAKE)
    @InBothVersions
    void usedAgain(Setting setting) {
        Scenario.of(setting).differs("again:true", "again:true", stage -> {
            stage.establish();
            stage.client().end().shutdown();
            stage.server().end().read(1);
            stage.server().end().shutdown();
            stage.client().end().shutdown();
            Stage again = switch (stage.pairing()) {
                case LIBSSL_LIBSSL -> {
                    Scenario.libssls(stage.client()).integer("SSL_clear");
                    Scenario.libssls(stage.server()).integer("SSL_clear");
                    yield stage;
                }
                case PARKTLS_PARKTLS -> stage.with(anew(stage.client(), TestContexts.HOST), anew(stage.server(), null));
                default -> null;
            };
            if (again != null) {
                stage.note("again", again.establish().isDone());
            }
        });
    }

    @Row(value = "ROLE-14", differs = ONE_HANDSHAKE + " Bytes left in the pipe make that handshake fail too.")
    @InBothVersions
    void usedAgainAfterAFailure(Setting setting) {
        Scenario.of(setting).differs("C hs:SSL, again:SSL", "C hs:SSL>10, again:SSL", stage -> {
            stage.client().end().doHandshake();
            stage.toClient().inject(Records.text("What is this?"));
            stage.client().hs();
            if (stage.pairing() == Pairing.LIBSSL_LIBSSL) {
                Scenario.libssls(stage.client()).integer("SSL_clear");
                stage.note("again", stage.client().end().doHandshake().verdict());
            } else if (stage.pairing() == Pairing.PARKTLS_PARKTLS) {
                stage.toClient().inject(Records.text("What is this?"));
                stage.note(
                        "again",
                        anew(stage.client(), TestContexts.HOST).doHandshake().verdict());
            }
        });
    }

    /** Returns a new connection over the same pipe. */
    private static ParkTlsEnd anew(Actor actor, @org.jspecify.annotations.Nullable String host) {
        TlsConnection old = Scenario.ours(actor);
        return new ParkTlsEnd(
                host == null ? old.context().accept(old.bio()) : old.context().connect(old.bio(), host, 0));
    }

    @Row(value = "ROLE-15", differs = "A connection cannot be made without a Bio.")
    @InBothVersions
    void noTransport(Setting setting) {
        TlsContext context =
                TestContexts.client(setting.engine(), setting.version()).build();
        try (LibsslEnd libssl =
                Scenario.libssl(SslContext.client(context, TestPki.authorities()), new Wire(Wire.UNLIMITED).client())) {
            libssl.ssl().setNoBio();
            libssl.setRole(false);
            assertEquals("SYSCALL", libssl.doHandshake().verdict());
        }
        assertThrows(NullPointerException.class, () -> context.connection(null));
    }

    @Row("ROLE-16")
    @InBothVersions
    void twoClients(Setting setting) {
        Scenario.of(setting)
                .withoutRoles()
                .server(server -> server.trust(TestPki.trust()).verifyHost(false))
                .same("C connect:1, S connect:1, C hs:R, S hs:SSL>10, C hs:SSL>10", stage -> {
                    stage.client().role(false);
                    stage.server().role(false);
                    stage.client().hs();
                    stage.server().hs();
                    stage.client().hs();
                });
    }

    @Row("ROLE-17")
    @InBothVersions
    void twoServers(Setting setting) {
        Scenario.of(setting)
                .withoutRoles()
                .client(client -> client.identity(TestPki.server(TestPki.KeyKind.ECDSA_P256)))
                .same("C accept:1, S accept:1, C hs:R, S hs:R, C hs:R, S hs:R, out:0", stage -> {
                    stage.client().role(true);
                    stage.server().role(true);
                    for (int i = 0; i < 2; i++) {
                        stage.client().hs();
                        stage.server().hs();
                    }
                    stage.note("out", stage.toClient().size() + stage.toServer().size());
                });
    }

    @Row(
            value = "ROLE-18",
            differs = "Before the handshake completes there is no session: ParkTLS throws an IllegalStateException"
                    + " instead of returning names without meaning.")
    @InBothVersions
    void nothingIsNegotiatedYet(Setting setting) {
        TlsContext context =
                TestContexts.client(setting.engine(), setting.version()).build();
        Wire wire = new Wire(Wire.UNLIMITED);
        try (LibsslEnd libssl = Scenario.libssl(SslContext.client(context, TestPki.authorities()), wire.client());
                ParkTlsEnd ours = new ParkTlsEnd(context.connection(wire.client()))) {
            assertTrue(libssl.ssl().text("SSL_get_version").startsWith("TLSv1"));
            assertThrows(IllegalStateException.class, () -> ours.connection().session());
        }
    }
}
