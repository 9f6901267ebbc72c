package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Fact.fact;
import static io.parktls.sockets.jsse.contract.Meeting.clientFailure;
import static io.parktls.sockets.jsse.contract.Meeting.serverFailure;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.Key;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Named groups, signature schemes and algorithm constraints. */
final class GroupsAndSchemesTest {
    @TestFactory
    Stream<DynamicNode> groupsAndSchemes() {
        return Contract.ofBothEnds(List.of(
                groups("the same group", new String[] {"secp256r1"}, new String[] {"secp256r1"}, null),
                groups("another group first", new String[] {"x25519", "secp256r1"}, new String[] {"secp256r1"}, null),
                groups(
                        "no group in common",
                        new String[] {"x25519"},
                        new String[] {"secp256r1"},
                        "SSLHandshakeException|SSLProtocolException"),
                groups(
                        "a group that nobody knows beside another",
                        new String[] {"nonsense", "secp256r1"},
                        new String[] {"secp256r1"},
                        null),
                groups(
                        "a group that ParkTLS does not have beside another",
                        new String[] {"ffdhe2048", "secp256r1"},
                        new String[] {"secp256r1"},
                        null),
                schemes("the same scheme", "ecdsa_secp256r1_sha256", "ecdsa_secp256r1_sha256", null),
                schemes(
                        "no scheme for the server's key",
                        "rsa_pss_rsae_sha256",
                        "rsa_pss_rsae_sha256",
                        "SSLHandshakeException"),
                fact(
                        "a scheme that nobody knows beside another",
                        s -> clientFailure(s.asClient()
                                .clientParameters(p ->
                                        p.setSignatureSchemes(new String[] {"nonsense", "ecdsa_secp256r1_sha256"}))),
                        null),
                fact(
                                "schemes of the client choose the server's key",
                                s -> s.asServer()
                                        .serverHas(Credentials.of(
                                                TestPki.server(KeyKind.ECDSA_P256), TestPki.server(KeyKind.RSA_2048)))
                                        .clientParameters(p -> p.setSignatureSchemes(
                                                new String[] {"rsa_pss_rsae_sha256", "rsa_pkcs1_sha256"}))
                                        .established()
                                        .client()
                                        .getSession()
                                        .getPeerCertificates()[0]
                                        .getPublicKey()
                                        .getAlgorithm(),
                                "RSA")
                        .notForFactories("the credentials of this fact have two identities"),
                fact(
                        "algorithm constraints are asked about the chain",
                        s -> {
                            Recorder constraints = new Recorder(false);
                            return clientFailure(s.asClient()
                                                    .clientParameters(p -> p.setAlgorithmConstraints(constraints)))
                                            == null
                                    && constraints.keys > 0;
                        },
                        true),
                fact(
                        "algorithm constraints that refuse the certificate's key",
                        s -> clientFailure(
                                s.asClient().clientParameters(p -> p.setAlgorithmConstraints(new Recorder(true)))),
                        "SSLHandshakeException"),
                fact(
                        "algorithm constraints of the server refuse the client's key",
                        s -> serverFailure(
                                s.asServer().clientHas(Credentials.CLIENT).serverParameters(p -> {
                                    p.setNeedClientAuth(true);
                                    p.setAlgorithmConstraints(new Recorder(true));
                                })),
                        "SSLHandshakeException")));
    }

    private static Fact groups(String name, String[] client, String[] server, @Nullable String result) {
        return fact(
                name,
                s -> clientFailure(s.asClient()
                        .clientParameters(p -> p.setNamedGroups(client))
                        .serverParameters(p -> p.setNamedGroups(server))),
                result);
    }

    private static Fact schemes(String name, String client, String server, @Nullable String result) {
        return fact(
                name,
                s -> clientFailure(s.asClient()
                        .clientParameters(p -> p.setSignatureSchemes(new String[] {client}))
                        .serverParameters(p -> p.setSignatureSchemes(new String[] {server}))),
                result);
    }

    /** Constraints that count the keys they are asked about, and may refuse elliptic-curve keys. */
    private static final class Recorder implements AlgorithmConstraints {
        private final boolean refuses;
        private int keys;

        Recorder(boolean refuses) {
            this.refuses = refuses;
        }

        private boolean permits(@Nullable Key key) {
            keys++;
            return !refuses
                    || key == null
                    || !key.getAlgorithm().equals("EC")
                    || key instanceof java.security.PrivateKey;
        }

        @Override
        public boolean permits(Set<CryptoPrimitive> primitives, String algorithm, AlgorithmParameters parameters) {
            return true;
        }

        @Override
        public boolean permits(Set<CryptoPrimitive> primitives, Key key) {
            return permits(key);
        }

        @Override
        public boolean permits(
                Set<CryptoPrimitive> primitives, String algorithm, Key key, AlgorithmParameters parameters) {
            return permits(key);
        }
    }
}
