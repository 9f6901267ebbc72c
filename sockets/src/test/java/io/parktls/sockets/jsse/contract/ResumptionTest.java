package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Contract.TLS12;
import static io.parktls.sockets.jsse.contract.Contract.TLS13;
import static io.parktls.sockets.jsse.contract.Fact.fact;
import static io.parktls.sockets.jsse.contract.Fact.refused;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.sockets.jsse.contract.ReturningClient.Visit;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/**
 * Sessions that clients resume, and their {@code SSLSessionContext}. The server's first flight proves that a handshake
 * resumes.
 */
final class ResumptionTest {
    private static final String STRICTER =
            "a session is resumed only by connections that verify the server in the same way";

    private static final String VERIFIED_AGAIN =
            "a server whose certificate the trust manager would not accept today does not resume";

    private interface Comparison {
        @Nullable
        Object of(Visit first, Visit second) throws Exception;
    }

    /** A fact about two connections, of which the second one resumes the session of the first one. */
    private static Fact twice(String name, Comparison comparison, @Nullable Object expected) {
        return fact(
                name,
                s -> {
                    ReturningClient client = ReturningClient.of(s);
                    Visit first = client.visit();
                    Visit second = client.visit();
                    return second.resumed() ? comparison.of(first, second) : "not resumed";
                },
                expected);
    }

    private interface Journey {
        @Nullable
        Object of(ReturningClient client) throws Exception;
    }

    private static Fact journey(String name, Journey journey, @Nullable Object expected) {
        return fact(name, s -> journey.of(ReturningClient.of(s)), expected);
    }

    @TestFactory
    Stream<DynamicNode> sessions() {
        return Contract.ofAllPairs(List.of(
                twice("the second connection resumes", (first, second) -> second.resumed(), true),
                journey(
                        "so do a third and a fourth",
                        client -> {
                            client.visit();
                            client.visit();
                            return client.visit().resumed() && client.visit().resumed();
                        },
                        true),
                twice(
                                "the ids",
                                (first, second) -> Arrays.equals(
                                        first.session().getId(),
                                        second.session().getId()),
                                true)
                        .in(TLS12),
                twice(
                                "the ids",
                                (first, second) -> Arrays.equals(
                                        first.session().getId(),
                                        second.session().getId()),
                                false)
                        .in(TLS13),
                twice(
                                "equals() and hashCode()",
                                (first, second) -> first.session().equals(second.session())
                                        && first.session().hashCode()
                                                == second.session().hashCode(),
                                true)
                        .in(TLS12),
                twice("equals()", (first, second) -> first.session().equals(second.session()), false)
                        .in(TLS13),
                twice(
                        "the creation times are equal",
                        (first, second) -> first.session().getCreationTime()
                                == second.session().getCreationTime(),
                        true),
                twice(
                        "the last access is not before the creation",
                        (first, second) -> second.session().getLastAccessedTime()
                                >= second.session().getCreationTime(),
                        true),
                twice(
                        "both are valid",
                        (first, second) ->
                                first.session().isValid() && second.session().isValid(),
                        true),
                twice(
                        "the protocol and the suite",
                        (first, second) -> first.session()
                                        .getProtocol()
                                        .equals(second.session().getProtocol())
                                && first.session()
                                        .getCipherSuite()
                                        .equals(second.session().getCipherSuite()),
                        true),
                twice(
                        "the server's certificates",
                        (first, second) -> Arrays.equals(
                                first.session().getPeerCertificates(),
                                second.session().getPeerCertificates()),
                        true),
                twice(
                        "the host and the port",
                        (first, second) -> second.session().getPeerHost()
                                + (second.session().getPeerPort()
                                        == first.session().getPeerPort()),
                        "example.testtrue"),
                twice(
                        "a value of the first one is one of the second one",
                        (first, second) -> {
                            first.session().putValue("name", "value");
                            return second.session().getValue("name");
                        },
                        "value"),
                twice(
                        "a value of the second one is one of the first one",
                        (first, second) -> {
                            second.session().putValue("name", "value");
                            return Observed.text(first.session().getValueNames());
                        },
                        "[name]"),
                fact(
                        "a client's certificate remains",
                        s -> {
                            ReturningClient client = ReturningClient.of(s, Credentials.CLIENT);
                            Meeting.Setting<SSLSocket> needing = server -> server.setNeedClientAuth(true);
                            client.visit(socket -> {}, needing);
                            Visit second = client.visit(socket -> {}, needing);
                            return second.resumed()
                                    + second.server()
                                            .getSession()
                                            .getPeerPrincipal()
                                            .getName()
                                    + second.session().getLocalPrincipal();
                        },
                        "trueCN=test clientCN=test client")));
    }

    @TestFactory
    Stream<DynamicNode> ends() {
        return Contract.ofAllPairs(List.of(
                journey(
                        "an invalidated session is not resumed",
                        client -> {
                            client.visit().session().invalidate();
                            return client.visit().resumed();
                        },
                        false),
                journey(
                        "nor is one that was invalidated by the second connection",
                        client -> {
                            client.visit();
                            client.visit().session().invalidate();
                            return client.visit().resumed();
                        },
                        false),
                journey(
                        "an invalidated session is not valid, in no connection",
                        client -> {
                            Visit first = client.visit();
                            Visit second = client.visit();
                            first.session().invalidate();
                            return first.session().isValid() + " "
                                    + second.session().isValid();
                        },
                        "false false"),
                journey(
                        "another port",
                        client -> {
                            client.visit();
                            return client.visitOtherPort().resumed();
                        },
                        false),
                journey(
                        "another host",
                        client -> {
                            client.visit();
                            return client.meaning("other.test").visit().resumed();
                        },
                        false),
                journey(
                        "the host in upper case",
                        client -> {
                            client.visit();
                            return client.meaning("EXAMPLE.TEST").visit().resumed();
                        },
                        true),
                journey(
                        "a suite that is no longer enabled",
                        client -> {
                            String suite = client.visit().session().getCipherSuite();
                            return client.visit(socket ->
                                            socket.setEnabledCipherSuites(Arrays.stream(socket.getEnabledCipherSuites())
                                                    .filter(enabled -> !enabled.equals(suite))
                                                    .toArray(String[]::new)))
                                    .resumed();
                        },
                        false),
                journey(
                        "a version that is no longer enabled",
                        client -> {
                            String version = client.visit().session().getProtocol();
                            return client.visit(socket -> socket.setEnabledProtocols(
                                            new String[] {version.equals(TLS12) ? TLS13 : TLS12}))
                                    .resumed();
                        },
                        false),
                journey(
                        "endpoint identification, which the first connection did not ask for",
                        client -> {
                            client.visit();
                            return client.visit(identifying("HTTPS")).resumed();
                        },
                        false),
                journey(
                                "no endpoint identification, which the first connection asked for",
                                client -> {
                                    client.visit(identifying("HTTPS"));
                                    return client.visit().resumed();
                                },
                                true)
                        .ours(false, STRICTER),
                journey(
                        "endpoint identification of both",
                        client -> {
                            client.visit(identifying("HTTPS"));
                            return client.visit(identifying("https")).resumed();
                        },
                        true),
                journey(
                        "a server with other keys",
                        client -> {
                            client.visit();
                            return client.visitRestarted(socket -> {}).resumed();
                        },
                        false),
                journey(
                        "a session that the server refused, and no other",
                        client -> {
                            client.visit();
                            client.visitRestarted(socket -> {}).session().invalidate();
                            return client.visit().resumed();
                        },
                        false),
                fact(
                                "a server that the trust manager no longer trusts",
                                s -> {
                                    ChangingTrust trust = new ChangingTrust();
                                    ReturningClient client =
                                            ReturningClient.of(s, Credentials.ANONYMOUS.with((TrustManager) trust));
                                    client.visit();
                                    trust.refusing.set(true);
                                    return client.visit().resumed();
                                },
                                true)
                        .provider(SSLHandshakeException.class, VERIFIED_AGAIN)
                        .notForFactories(Meeting.NO_MANAGERS),
                fact(
                                "an extended trust manager that no longer trusts the server",
                                s -> {
                                    ChangingExtendedTrust trust = new ChangingExtendedTrust();
                                    ReturningClient client =
                                            ReturningClient.of(s, Credentials.ANONYMOUS.with((TrustManager) trust));
                                    client.visit(identifying("HTTPS"));
                                    if (!client.visit(identifying("HTTPS")).resumed()) {
                                        return "not resumed";
                                    }
                                    trust.refusing.set(true);
                                    return client.visit(identifying("HTTPS")).resumed();
                                },
                                true)
                        .provider(SSLHandshakeException.class, VERIFIED_AGAIN)
                        .notForFactories(Meeting.NO_MANAGERS),
                journey(
                                "a context that is initialized again, with other managers",
                                client -> {
                                    client.visit();
                                    client.context()
                                            .init(
                                                    null,
                                                    new TrustManager[] {Credentials.ANONYMOUS.trustManager()},
                                                    null);
                                    return client.visit().resumed();
                                },
                                true)
                        .provider(false, STRICTER)
                        .notForFactories("there is no SSLContext")));
    }

    private static Meeting.Setting<SSLSocket> identifying(String algorithm) {
        return socket -> {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm(algorithm);
            socket.setSSLParameters(parameters);
        };
    }

    @TestFactory
    Stream<DynamicNode> sessionCreation() {
        return Contract.ofAllPairs(List.of(
                journey(
                        "setEnableSessionCreation(false) with a session",
                        client -> {
                            client.visit();
                            return client.visit(socket -> socket.setEnableSessionCreation(false))
                                    .resumed();
                        },
                        true),
                journey(
                        "setEnableSessionCreation(false) of both ends",
                        client -> {
                            client.visit();
                            return client.visit(
                                            socket -> socket.setEnableSessionCreation(false),
                                            server -> server.setEnableSessionCreation(false))
                                    .resumed();
                        },
                        true),
                refusedJourney(
                        "setEnableSessionCreation(false) without a session",
                        client -> client.visit(socket -> socket.setEnableSessionCreation(false))),
                refusedJourney("setEnableSessionCreation(false) after invalidate()", client -> {
                    client.visit().session().invalidate();
                    client.visit(socket -> socket.setEnableSessionCreation(false));
                }),
                refusedJourney("setEnableSessionCreation(false) with a server that has other keys", client -> {
                    client.visit();
                    client.visitRestarted(socket -> socket.setEnableSessionCreation(false));
                })));
    }

    private interface Attempt {
        void with(ReturningClient client) throws Exception;
    }

    private static Fact refusedJourney(String name, Attempt attempt) {
        return refused(name, s -> attempt.with(ReturningClient.of(s)), SSLHandshakeException.class);
    }

    @TestFactory
    Stream<DynamicNode> contexts() {
        return Contract.ofAllPairs(List.of(
                journey(
                                "there is no session before",
                                client -> ids(client.context().getClientSessionContext()),
                                0)
                        .notForFactories("there is no SSLContext"),
                journey(
                        "getSession() by the id of a connection",
                        client -> {
                            Visit first = client.visit();
                            SSLSession found =
                                    first.context().getSession(first.session().getId());
                            return found.getPeerHost() + first.session().equals(found) + found.isValid();
                        },
                        "example.testtruetrue"),
                journey(
                        "the id is among getIds()",
                        client -> {
                            Visit first = client.visit();
                            return contains(first.context(), first);
                        },
                        true),
                journey(
                        "getIds() after invalidate()",
                        client -> {
                            Visit first = client.visit();
                            SSLSessionContext context = first.context();
                            first.session().invalidate();
                            return contains(context, first);
                        },
                        false),
                journey(
                        "the context of an invalidated session",
                        client -> {
                            Visit first = client.visit();
                            first.session().invalidate();
                            return first.context();
                        },
                        null),
                journey(
                        "getIds() after invalidate() of each is empty",
                        client -> {
                            SSLSessionContext context = client.visit().context();
                            for (byte[] id : Collections.list(context.getIds())) {
                                SSLSession session = context.getSession(id);
                                if (session != null) {
                                    session.invalidate();
                                }
                            }
                            return ids(context) + " " + client.visit().resumed();
                        },
                        "0 false"),
                journey(
                        "getSession() with an unknown id",
                        client -> client.visit().context().getSession(new byte[] {1, 2, 3}),
                        null),
                journey(
                        "getSession(null)",
                        client -> client.visit().context().getSession(SocketSettingsTest.nullOf()),
                        NullPointerException.class),
                journey(
                        "the context is the same for each session",
                        client -> client.visit().context() == client.visit().context(),
                        true),
                journey(
                        "a session in the context has the server's certificates",
                        client -> {
                            Visit first = client.visit();
                            return Arrays.equals(
                                    first.context()
                                            .getSession(first.session().getId())
                                            .getPeerCertificates(),
                                    first.session().getPeerCertificates());
                        },
                        true),
                journey(
                        "a cache of one session drops the other host's",
                        client -> {
                            Visit first = client.visit();
                            first.context().setSessionCacheSize(1);
                            client.meaning("other.test").visit();
                            return client.meaning(Meeting.HOST).visit().resumed();
                        },
                        false),
                journey(
                        "a cache of one session has the newest",
                        client -> {
                            client.visit().context().setSessionCacheSize(1);
                            client.meaning("other.test").visit();
                            return client.visit().resumed();
                        },
                        true),
                journey(
                        "a cache without a limit",
                        client -> {
                            client.visit().context().setSessionCacheSize(0);
                            return client.visit().resumed();
                        },
                        true),
                journey(
                        "a session whose time is over",
                        client -> {
                            Visit first = client.visit();
                            SSLSessionContext context = first.context();
                            context.setSessionTimeout(1);
                            long over = first.session().getCreationTime() + 1_000;
                            while (System.currentTimeMillis() < over) {
                                LockSupport.parkUntil(over);
                            }
                            return contains(context, first)
                                    + " "
                                    + context.getSession(first.session().getId())
                                    + " "
                                    + client.visit().resumed();
                        },
                        "false null false"),
                journey(
                        "sessions without a timeout",
                        client -> {
                            client.visit().context().setSessionTimeout(0);
                            return client.visit().resumed();
                        },
                        true)));
    }

    /** A fact about the server of a client that returns. */
    private static Fact server(String name, Credentials credentials, Journey journey, @Nullable Object expected) {
        return fact(name, s -> journey.of(ReturningClient.ofServer(s, credentials)), expected);
    }

    @TestFactory
    Stream<DynamicNode> servers() {
        Meeting.Setting<SSLSocket> asIs = socket -> {};
        Meeting.Setting<SSLSocket> needing = socket -> socket.setNeedClientAuth(true);
        return Contract.ofBothEnds(List.of(
                server(
                        "a client that returns",
                        Credentials.ANONYMOUS,
                        client -> {
                            client.visit();
                            return client.visit().resumed() && client.visit().resumed();
                        },
                        true),
                server(
                        "the client's certificate",
                        Credentials.CLIENT,
                        client -> {
                            client.visit(asIs, needing);
                            Visit second = client.visit(asIs, needing);
                            return second.resumed()
                                    + second.server()
                                            .getSession()
                                            .getPeerPrincipal()
                                            .getName();
                        },
                        "trueCN=test client"),
                server(
                        "a certificate is needed, but was not asked for in the first handshake",
                        Credentials.CLIENT,
                        client -> {
                            client.visit();
                            Visit second = client.visit(asIs, needing);
                            return second.resumed()
                                    + second.server()
                                            .getSession()
                                            .getPeerPrincipal()
                                            .getName();
                        },
                        "falseCN=test client"),
                server(
                        "another host name",
                        Credentials.ANONYMOUS,
                        client -> {
                            client.visit();
                            return client.meaning("localhost").visit().resumed();
                        },
                        false),
                server(
                                "the server's session",
                                Credentials.ANONYMOUS,
                                client -> {
                                    client.visit();
                                    SSLSession session = client.visit().server().getSession();
                                    return session.isValid()
                                            + Observed.text(session.getLocalCertificates() != null)
                                            + session.getProtocol()
                                                    .equals(client.visit()
                                                            .session()
                                                            .getProtocol());
                                },
                                "truetruetrue")
                        .ours(
                                "truefalsetrue",
                                "a server that resumes sends no certificate, and tickets do not contain it"),
                server(
                        "its context by an unknown id",
                        Credentials.ANONYMOUS,
                        client -> client.visit()
                                .server()
                                .getSession()
                                .getSessionContext()
                                .getSession(new byte[32]),
                        null),
                server(
                        "invalidate() leaves the connection",
                        Credentials.ANONYMOUS,
                        client -> {
                            Visit visit = client.visit();
                            visit.server().getSession().invalidate();
                            visit.client().getOutputStream().write('y');
                            return visit.server().getInputStream().read() == 'y'
                                    && !visit.server().getSession().isValid();
                        },
                        true),
                server("tickets of an hour", Credentials.ANONYMOUS, client -> afterTimeout(client, 3_600), true)
                        .notForFactories("there is no SSLContext before the first connection"),
                server(
                                "tickets of eight days",
                                Credentials.ANONYMOUS,
                                client -> afterTimeout(client, 8 * 86_400),
                                false)
                        .ours(true, "the lifetime is that of RFC 8446, seven days; the JDK issues no tickets"),
                server("tickets without a timeout", Credentials.ANONYMOUS, client -> afterTimeout(client, 0), "false")
                        .ours(true, "0 stands for no limit; the tickets of the JDK expire at once")));
    }

    /** Sets the session timeout of the server, and returns whether a client that then connects resumes later. */
    private static boolean afterTimeout(ReturningClient client, int seconds) throws Exception {
        client.visit().server().getSession().getSessionContext().setSessionTimeout(seconds);
        client.visit(socket -> {}).session().invalidate();
        client.visit();
        return client.visit().resumed();
    }

    private static int ids(SSLSessionContext context) {
        return Collections.list(context.getIds()).size();
    }

    private static boolean contains(SSLSessionContext context, Visit visit) {
        return Collections.list(context.getIds()).stream()
                .anyMatch(id -> Arrays.equals(id, visit.session().getId()));
    }

    /** Decides as the JDK does, which looks at the session of the handshake, until it is told otherwise. */
    private static final class ChangingExtendedTrust extends X509ExtendedTrustManager {
        private final AtomicBoolean refusing = new AtomicBoolean();
        private final X509ExtendedTrustManager ofJdk = Credentials.ANONYMOUS.trustManager();

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            ofJdk.checkServerTrusted(chain, authType, socket);
            if (refusing.get()) {
                throw new CertificateException("no longer trusted");
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("there is no engine");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("there is a socket");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return ofJdk.getAcceptedIssuers();
        }
    }

    /** Trusts every server until it is told otherwise. */
    private static final class ChangingTrust implements X509TrustManager {
        private final AtomicBoolean refusing = new AtomicBoolean();

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            if (refusing.get()) {
                throw new CertificateException("no longer trusted");
            }
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[] {TestPki.ca(KeyKind.ECDSA_P256)};
        }
    }
}
