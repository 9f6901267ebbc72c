package io.parktls.engine;

import static io.parktls.SignatureScheme.ECDSA_SECP256R1_SHA256;
import static io.parktls.SignatureScheme.ECDSA_SECP384R1_SHA384;
import static io.parktls.SignatureScheme.ECDSA_SECP521R1_SHA512;
import static io.parktls.SignatureScheme.ED25519;
import static io.parktls.SignatureScheme.ED448;
import static io.parktls.SignatureScheme.RSA_PKCS1_SHA256;
import static io.parktls.SignatureScheme.RSA_PKCS1_SHA512;
import static io.parktls.SignatureScheme.RSA_PSS_PSS_SHA256;
import static io.parktls.SignatureScheme.RSA_PSS_PSS_SHA384;
import static io.parktls.SignatureScheme.RSA_PSS_RSAE_SHA256;
import static io.parktls.SignatureScheme.RSA_PSS_RSAE_SHA384;
import static io.parktls.TlsVersion.TLS_1_2;
import static io.parktls.TlsVersion.TLS_1_3;
import static io.parktls.engine.IdentityChoiceTest.Role.CLIENT;
import static io.parktls.engine.IdentityChoiceTest.Role.SERVER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import io.parktls.TestContexts;
import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsFailure;
import io.parktls.TlsIdentity;
import io.parktls.TlsVersion;
import io.parktls.engine.ScriptedPeer.Script;
import io.parktls.engine.SigningKey.Authentication;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A table of an end's identities, its peer's requirements, and the identity and scheme that it must choose. Each row is
 * tested with the chooser alone and with each engine over real bytes.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class IdentityChoiceTest {
    enum Role {
        SERVER,
        CLIENT
    }

    private static final int ECDSA_SIGN = 64;
    private static final int RSA_SIGN = 1;
    private static final int RSA_FIXED_ECDH = 65;
    private static final int SHA1_RSA = 0x0201;
    private static final int SHA1_ECDSA = 0x0203;
    private static final int ECDSA_SUITE = CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256.code();
    private static final int RSA_SUITE = CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256.code();
    private static final X500Principal A = name("A");
    private static final X500Principal B = name("B");
    private static final X500Principal STRANGER = new X500Principal("CN=Stranger");

    /**
     * A row of the table.
     *
     * @param identities the identities, by the names of {@link ChoiceIdentities}, in order
     * @param expected the name of the chosen identity; null for none
     * @param scheme the chosen scheme; null for none
     * @param sunJsse why SunJSSE chooses otherwise; null if it does not
     * @param bcJsse why Bouncy Castle's provider chooses otherwise; null if it does not
     */
    record Row(
            Role role,
            Script script,
            List<String> identities,
            @Nullable String expected,
            @Nullable SignatureScheme scheme,
            @Nullable String sunJsse,
            @Nullable String bcJsse) {
        Row(
                Role role,
                Script script,
                List<String> identities,
                @Nullable String expected,
                @Nullable SignatureScheme scheme) {
            this(role, script, identities, expected, scheme, null, bcJsse(script, expected, scheme));
        }

        /** In TLS 1.2 with Bouncy Castle's provider, ParkTLS chooses the key but not the scheme. */
        private static @Nullable String bcJsse(
                Script script, @Nullable String expected, @Nullable SignatureScheme scheme) {
            if (script.version() == TLS_1_3 || scheme == null) {
                return null;
            }
            String type = scheme.standardName().substring(0, 5);
            int first = Objects.requireNonNull(script.schemes()).stream()
                    .filter(code -> SignatureScheme.of(code)
                            .filter(candidate -> candidate.standardName().startsWith(type))
                            .isPresent())
                    .findFirst()
                    .orElseThrow();
            boolean takesFirst = expected.equals("p384") || expected.equals("p521") || expected.equals("pss256");
            return takesFirst && first != scheme.code() ? "BCJSSE signs with the first scheme for such keys" : null;
        }

        @Override
        public String toString() {
            return role + " " + script.version() + " " + identities + " "
                    + (script.schemes() == null
                            ? "no schemes"
                            : script.schemes().stream()
                                    .map(code -> SignatureScheme.of(code)
                                            .map(SignatureScheme::standardName)
                                            .orElse(Integer.toHexString(code)))
                                    .toList())
                    + " -> " + expected + " " + scheme;
        }
    }

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        everyTypeOfKey(rows);
        everyHashWithEveryCurve(rows);
        // ---- RFC 8446 4.2.4, 4.4.2.3, RFC 5246 7.4.6: authorities
        for (TlsVersion version : TlsVersion.values()) {
            Script asks = script(version, ECDSA_SECP256R1_SHA256, RSA_PSS_RSAE_SHA256);
            client(rows, asks.authorities(B), "p256 p256@B", "p256@B", ECDSA_SECP256R1_SHA256);
            client(rows, asks.authorities(A, B), "p256@B p256", "p256@B", ECDSA_SECP256R1_SHA256);
            client(rows, asks.authorities(B), "p256 rsa@B", "rsa@B", RSA_PSS_RSAE_SHA256);
            client(rows, asks.authorities(B), "rsa p256@B", "p256@B", ECDSA_SECP256R1_SHA256);
            client(rows, asks.authorities(STRANGER, B), "p256 rsa@B p256@B", "rsa@B", RSA_PSS_RSAE_SHA256);
            client(rows, asks.authorities(STRANGER), "p256 rsa@B", "p256", ECDSA_SECP256R1_SHA256);
            client(rows, asks, "rsa@B p256", "rsa@B", RSA_PSS_RSAE_SHA256);
            // A chain that cannot be verified is not preferred for its authority.
            client(rows, asks.authorities(B), "p256 ed25519@B", "p256", ECDSA_SECP256R1_SHA256);
        }
        Script offers13 = script(TLS_1_3, ECDSA_SECP256R1_SHA256, RSA_PSS_RSAE_SHA256);
        server(rows, offers13.authorities(B), "p256 p256@B", "p256@B", ECDSA_SECP256R1_SHA256);
        server(rows, offers13.authorities(B), "p256 rsa@B", "rsa@B", RSA_PSS_RSAE_SHA256);
        server(rows, offers13.authorities(STRANGER), "p256 rsa@B", "p256", ECDSA_SECP256R1_SHA256);
        // TLS 1.2 does not have the extension certificate_authorities.
        server(
                rows,
                script(TLS_1_2, ECDSA_SECP256R1_SHA256).authorities(B),
                "p256 p256@B",
                "p256",
                ECDSA_SECP256R1_SHA256);
        // ---- server names
        for (TlsVersion version : TlsVersion.values()) {
            Script offers = script(version, ECDSA_SECP256R1_SHA256, RSA_PSS_RSAE_SHA256);
            server(rows, offers.name("b.test"), "p256 p256#b.test", "p256#b.test", ECDSA_SECP256R1_SHA256);
            server(rows, offers.name("b.test"), "p256 rsa#b.test", "rsa#b.test", RSA_PSS_RSAE_SHA256);
            server(rows, offers.name("b.test"), "rsa p256#b.test", "p256#b.test", ECDSA_SECP256R1_SHA256);
            server(rows, offers.name("c.test"), "rsa p256#b.test", "rsa", RSA_PSS_RSAE_SHA256);
            server(rows, offers.name("b.test"), "p256 ed448#b.test", "p256", ECDSA_SECP256R1_SHA256);
        }
        server(
                rows,
                offers13.name("b.test").authorities(B),
                "p256@B p256#b.test",
                "p256#b.test",
                ECDSA_SECP256R1_SHA256);
        server(
                rows,
                offers13.name("b.test").authorities(B),
                "p256#b.test rsa@B#b.test",
                "rsa@B#b.test",
                RSA_PSS_RSAE_SHA256);
        // ---- RFC 8446 4.2.3: the signatures of the chain
        server(
                rows,
                offers13.certificateSchemes(codes(RSA_PKCS1_SHA256, ECDSA_SECP384R1_SHA384)),
                "p256 p256@R",
                "p256@R",
                ECDSA_SECP256R1_SHA256);
        server(
                rows,
                offers13.certificateSchemes(codes(RSA_PKCS1_SHA512, ECDSA_SECP384R1_SHA384)),
                "p256 p256@R",
                "p256",
                ECDSA_SECP256R1_SHA256);
        // ---- the peer's order of schemes
        for (TlsVersion version : TlsVersion.values()) {
            server(rows, script(version, RSA_PSS_RSAE_SHA384, RSA_PSS_RSAE_SHA256), "rsa", "rsa", RSA_PSS_RSAE_SHA384);
            server(
                    rows,
                    script(version, RSA_PSS_RSAE_SHA256, ECDSA_SECP256R1_SHA256),
                    "p256 rsa",
                    "p256",
                    ECDSA_SECP256R1_SHA256);
        }
        server(rows, script(TLS_1_2, RSA_PKCS1_SHA256, RSA_PSS_RSAE_SHA256), "rsa", "rsa", RSA_PKCS1_SHA256);
        server(rows, script(TLS_1_3, RSA_PKCS1_SHA256, RSA_PSS_RSAE_SHA256), "rsa", "rsa", RSA_PSS_RSAE_SHA256);
        server(
                rows,
                script(TLS_1_2, ECDSA_SECP256R1_SHA256, ECDSA_SECP384R1_SHA384),
                "p384",
                "p384",
                ECDSA_SECP384R1_SHA384);
        // ---- no common scheme
        for (TlsVersion version : TlsVersion.values()) {
            server(rows, script(version, ED25519), "p256 rsa", null, null);
            server(rows, script(version, RSA_PSS_RSAE_SHA256), "pss", null, null);
            server(rows, script(version, RSA_PSS_PSS_SHA256), "rsa", null, null);
            server(rows, script(version, ED448), "ed25519", null, null);
            server(rows, Script.of(version, List.of(0x0904, 0x0202)), "p256", null, null);
            client(rows, script(version, ED25519), "p256 rsa", null, null);
            client(rows, script(version, RSA_PSS_RSAE_SHA256), "pss", null, null);
        }
        server(rows, script(TLS_1_3, RSA_PKCS1_SHA256), "rsa", null, null);
        server(rows, script(TLS_1_3, ECDSA_SECP256R1_SHA256), "p384", null, null);
        server(rows, script(TLS_1_3, ECDSA_SECP256R1_SHA256), "p384 p256", "p256", ECDSA_SECP256R1_SHA256);
        server(rows, script(TLS_1_2, RSA_PKCS1_SHA256), "pss", null, null);
        server(rows, script(TLS_1_2, RSA_PSS_PSS_SHA384), "pss256", null, null);
        server(rows, script(TLS_1_2, RSA_PSS_PSS_SHA384, RSA_PSS_PSS_SHA256), "pss256", "pss256", RSA_PSS_PSS_SHA256);
        // ---- TLS 1.2 without signature_algorithms: SHA-1 (RFC 5246 7.4.1.4.1)
        server(rows, Script.of(TLS_1_2, null), "rsa p256", null, null);
        server(rows, Script.of(TLS_1_2, List.of(SHA1_RSA, SHA1_ECDSA)), "rsa p256", null, null);
        rows.add(new Row(
                CLIENT,
                Script.of(TLS_1_2, List.of(SHA1_RSA, SHA1_ECDSA)),
                List.of("rsa", "p256"),
                null,
                null,
                "SunJSSE ends the handshake instead of sending no certificate",
                null));
        // ---- TLS 1.2: cipher suites
        Script offers12 = script(TLS_1_2, ECDSA_SECP256R1_SHA256, ED25519, RSA_PSS_RSAE_SHA256, RSA_PSS_PSS_SHA256);
        server(rows, offers12.suites(ECDSA_SUITE), "rsa p256", "p256", ECDSA_SECP256R1_SHA256);
        server(rows, offers12.suites(ECDSA_SUITE), "rsa ed25519", "ed25519", ED25519);
        server(rows, offers12.suites(RSA_SUITE), "p256 rsa", "rsa", RSA_PSS_RSAE_SHA256);
        server(rows, offers12.suites(RSA_SUITE), "ed25519 pss", "pss", RSA_PSS_PSS_SHA256);
        server(rows, offers12.suites(RSA_SUITE), "p256 ed25519", null, null);
        server(rows, offers12.suites(ECDSA_SUITE), "rsa pss", null, null);
        server(rows, offers12.suites(ECDSA_SUITE).name("b.test"), "p256 rsa#b.test", "p256", ECDSA_SECP256R1_SHA256);
        // ---- TLS 1.2: the client's groups hold for certificates (RFC 8422 5.1.1, 5.3)
        Script p256Only = script(TLS_1_2, ECDSA_SECP256R1_SHA256, ECDSA_SECP384R1_SHA384, RSA_PSS_RSAE_SHA256, ED25519)
                .groups(List.of(NamedGroup.X25519.code(), NamedGroup.SECP256R1.code()));
        server(rows, p256Only, "p384 p256", "p256", ECDSA_SECP256R1_SHA256);
        server(rows, p256Only, "p384 rsa", "rsa", RSA_PSS_RSAE_SHA256);
        server(rows, p256Only, "p384 ed25519", "ed25519", ED25519);
        server(rows, p256Only, "p384", null, null);
        server(rows, p256Only.name("b.test"), "p256 p384#b.test", "p256", ECDSA_SECP256R1_SHA256);
        server(rows, p256Only.groups(null), "p384", "p384", ECDSA_SECP384R1_SHA384);
        server(
                rows,
                script(TLS_1_3, ECDSA_SECP384R1_SHA384).groups(List.of(NamedGroup.X25519.code())),
                "p384",
                "p384",
                ECDSA_SECP384R1_SHA384);
        // ---- TLS 1.2: certificate_types (RFC 5246 7.4.4, RFC 8422 5.5)
        Script asks12 =
                script(TLS_1_2, ECDSA_SECP256R1_SHA256, ED25519, ED448, RSA_PSS_RSAE_SHA256, RSA_PSS_PSS_SHA256);
        client(rows, asks12.types(RSA_SIGN), "p256 rsa", "rsa", RSA_PSS_RSAE_SHA256);
        client(rows, asks12.types(RSA_SIGN), "p256 pss", "pss", RSA_PSS_PSS_SHA256);
        client(rows, asks12.types(ECDSA_SIGN), "rsa p256", "p256", ECDSA_SECP256R1_SHA256);
        client(rows, asks12.types(ECDSA_SIGN), "rsa ed25519", "ed25519", ED25519);
        client(rows, asks12.types(ECDSA_SIGN), "pss ed448", "ed448", ED448);
        client(rows, asks12.types(RSA_SIGN), "p256 ed25519", null, null);
        client(rows, asks12.types(ECDSA_SIGN), "rsa pss", null, null);
        client(rows, asks12.types(RSA_SIGN).authorities(B), "rsa p256@B", "rsa", RSA_PSS_RSAE_SHA256);
        return rows;
    }

    private static void everyTypeOfKey(List<Row> rows) {
        for (TlsVersion version : TlsVersion.values()) {
            for (String[] kind : new String[][] {
                {"p256", "ecdsa_secp256r1_sha256"},
                {"p384", "ecdsa_secp384r1_sha384"},
                {"p521", "ecdsa_secp521r1_sha512"},
                {"ed25519", "ed25519"},
                {"ed448", "ed448"},
                {"rsa", "rsa_pss_rsae_sha256"},
                {"pss", "rsa_pss_pss_sha256"},
            }) {
                SignatureScheme scheme = SignatureScheme.all().stream()
                        .filter(candidate -> candidate.standardName().equals(kind[1]))
                        .findFirst()
                        .orElseThrow();
                Script all = Script.of(
                        version,
                        SignatureScheme.all().stream()
                                .map(SignatureScheme::code)
                                .toList());
                server(rows, all, kind[0], kind[0], scheme);
                client(rows, all, kind[0], kind[0], scheme);
                // The only one of several identities that the peer can verify.
                String others = Stream.of("rsa", "ed448", "pss", "p256")
                        .filter(other -> !other.equals(kind[0]))
                        .filter(other -> version == TLS_1_3 || !other.equals("p256") || !kind[0].startsWith("p"))
                        .collect(Collectors.joining(" "));
                server(rows, script(version, scheme), others + " " + kind[0], kind[0], scheme);
                client(rows, script(version, scheme), others + " " + kind[0], kind[0], scheme);
            }
        }
    }

    /** RFC 5246 7.4.1.4.1: in TLS 1.2 hash and curve are independent. */
    private static void everyHashWithEveryCurve(List<Row> rows) {
        for (SignatureScheme scheme : List.of(ECDSA_SECP256R1_SHA256, ECDSA_SECP384R1_SHA384, ECDSA_SECP521R1_SHA512)) {
            for (String curve : List.of("p256", "p384", "p521")) {
                boolean tied = scheme.standardName().contains(curve.substring(1));
                String reason = tied ? null : "SunJSSE ties curve and hash in TLS 1.2 as well";
                for (Role role : Role.values()) {
                    rows.add(new Row(role, script(TLS_1_2, scheme), List.of(curve), curve, scheme, reason, null));
                }
            }
        }
    }

    private static Script script(TlsVersion version, SignatureScheme... schemes) {
        return Script.of(version, codes(schemes));
    }

    private static List<Integer> codes(SignatureScheme... schemes) {
        return Arrays.stream(schemes).map(SignatureScheme::code).toList();
    }

    private static void server(
            List<Row> rows,
            Script script,
            String identities,
            @Nullable String expected,
            @Nullable SignatureScheme scheme) {
        rows.add(new Row(SERVER, script, List.of(identities.split(" ")), expected, scheme));
    }

    private static void client(
            List<Row> rows,
            Script script,
            String identities,
            @Nullable String expected,
            @Nullable SignatureScheme scheme) {
        rows.add(new Row(CLIENT, script, List.of(identities.split(" ")), expected, scheme));
    }

    private static X500Principal name(String authority) {
        return ChoiceIdentities.authority(authority).certificate().getSubjectX500Principal();
    }

    // ---- the chooser alone

    @ParameterizedTest
    @MethodSource("rows")
    void chooser(Row row) {
        IdentityChooser chooser = IdentityChooser.of(identities(row));
        CertificateCriteria criteria = criteria(row);
        Optional<IdentityChooser.Choice> choice = chooser.choose(criteria);
        assertEquals(
                Optional.ofNullable(row.expected()),
                choice.map(chosen -> row.identities().get(chosen.index())));
        assertEquals(Optional.ofNullable(row.scheme()), choice.map(IdentityChooser.Choice::scheme));
        if (choice.isEmpty()) {
            assertFalse(chooser.reason(criteria).endsWith(": "), chooser.reason(criteria));
        }
    }

    private static CertificateCriteria criteria(Row row) {
        Script script = row.script();
        boolean is12 = script.version() == TLS_1_2;
        boolean ofServer = row.role() == SERVER;
        Set<Authentication> authentications = EnumSet.noneOf(Authentication.class);
        if (ofServer) {
            for (int suite : script.suites()) {
                authentications.add(suite == RSA_SUITE ? Authentication.RSA : Authentication.ECDSA);
            }
        } else {
            for (short type : script.certificateTypes()) {
                authentications.add(Authentication.ofCertificateType(type));
            }
        }
        return new CertificateCriteria(
                ofServer,
                script.version(),
                script.schemes(),
                script.certificateSchemes(),
                ofServer ? script.serverName() : null,
                is12 && ofServer ? Set.of() : Set.copyOf(script.authorities()),
                is12 ? authentications : CertificateCriteria.ANY_AUTHENTICATION,
                is12 && ofServer && script.groups() != null ? Set.copyOf(script.groups()) : null);
    }

    // ---- the engines

    @ParameterizedTest
    @MethodSource("rows")
    void bouncyCastle(Row row) throws SSLException {
        run(TlsEngineProvider.bouncyCastle(), row);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void sunJsse(Row row) throws SSLException {
        assumeFalse(row.sunJsse() != null, row.sunJsse());
        run(TlsEngineProvider.jsse(), row);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void bcJsse(Row row) throws SSLException {
        assumeFalse(row.bcJsse() != null, row.bcJsse());
        run(TlsEngineProvider.jsse(new BouncyCastleJsseProvider(new BouncyCastleProvider())), row);
    }

    private static void run(TlsEngineProvider engine, Row row) throws SSLException {
        TlsContext context = TestContexts.client(engine, row.script().version())
                .identity(identities(row).toArray(TlsIdentity[]::new))
                .build();
        if (row.role() == CLIENT) {
            ScriptedPeer peer = ScriptedPeer.server(row.script());
            peer.handshake(EngineEnd.client(context, TestContexts.HOST));
            assertChosen(row, peer);
            return;
        }
        ScriptedPeer peer = ScriptedPeer.client(row.script());
        EngineEnd server = EngineEnd.server(context);
        if (row.expected() != null) {
            peer.handshake(server);
            assertChosen(row, peer);
            return;
        }
        SSLException failure = assertThrows(SSLException.class, () -> peer.handshake(server));
        TlsFailure typed = assertInstanceOf(TlsFailure.class, failure);
        assertEquals(Optional.of(TlsAlert.HANDSHAKE_FAILURE), typed.alert(), failure.getMessage());
        assertFalse(peer.isHandshakeSeen(), "an alert, and no ServerHello before it");
        String reason = IdentityChooser.of(identities(row)).reason(criteria(row));
        // The reader of hellos already refuses a client that offers no scheme of ParkTLS.
        boolean noScheme = failure.getMessage().contains("no common signature scheme")
                || failure.getMessage().contains("no signature_algorithms");
        assertTrue(failure.getMessage().contains(reason) || noScheme, failure.getMessage());
    }

    private static void assertChosen(Row row, ScriptedPeer peer) {
        if (row.expected() == null) {
            assertNull(peer.certificate());
            return;
        }
        byte[] certificate = peer.certificate();
        assertArrayEquals(
                encoded(ChoiceIdentities.of(row.expected())),
                certificate,
                () -> "chosen: "
                        + row.identities().stream()
                                .filter(name -> Arrays.equals(encoded(ChoiceIdentities.of(name)), certificate))
                                .findFirst()
                                .orElse("none"));
        assertEquals(row.scheme(), peer.scheme());
    }

    private static List<TlsIdentity> identities(Row row) {
        return row.identities().stream().map(ChoiceIdentities::of).toList();
    }

    private static byte[] encoded(TlsIdentity identity) {
        try {
            return identity.chain().getFirst().getEncoded();
        } catch (CertificateEncodingException e) {
            throw new AssertionError(e);
        }
    }
}
