package io.parktls;

import static io.parktls.LeakCheck.assertSilent;
import static io.parktls.LoadedIdentities.assertSame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.parktls.TestPki.KeyKind;
import io.parktls.bio.Bio;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * PEM texts as they arrive from environment variables, JSON, mails and editors. An unambiguous text is read; any other
 * is refused with an exception that shows nothing of a key or passphrase.
 */
class MangledPemTest {
    private static final List<KeyForms.Form> FORMS = KeyForms.all();
    private static final KeyKind KIND = KeyKind.ECDSA_P256;

    @TempDir
    private Path directory;

    // ---- keys

    /** Applies each mangling to each structure of PEM text. The kind of key changes with both. */
    @ParameterizedTest
    @EnumSource
    void keys(Mangling mangling) throws Exception {
        int number = mangling.ordinal();
        int kind = number / 2;
        String cipher = number % 2 == 0 ? "AES-256-CBC" : "DES-EDE3-CBC";
        for (String encoding : List.of("PKCS#8", "encrypted PKCS#8", "traditional", cipher)) {
            // Not P-384, whose texts have the same structure as those of P-256.
            List<KeyForms.Form> forms = FORMS.stream()
                    .filter(form -> form.encoding().equals(encoding) && form.kind() != KeyKind.ECDSA_P384)
                    .toList();
            keys(mangling, List.of(forms.get(kind++ % forms.size())));
        }
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource
    void keysOfAllKinds(Mangling mangling) throws Exception {
        keys(mangling, FORMS);
    }

    private void keys(Mangling mangling, List<KeyForms.Form> forms) throws Exception {
        for (KeyForms.Form form : forms) {
            String mangled = mangling.apply(form.pem());
            String chain = TestPki.pem(form.identity().chain());
            Path file = directory.resolve("key.pem");
            Files.writeString(file, mangled);
            Path chainFile = directory.resolve("chain.pem");
            Files.writeString(chainFile, chain);
            for (char @Nullable [] passphrase : new char[][] {KeyForms.PASSPHRASE.toCharArray(), null}) {
                boolean readable = mangling.isPlain() && (passphrase != null || !isEncrypted(form));
                String message = mangling + " " + form + (passphrase == null ? " without passphrase" : "");
                check(
                        form,
                        readable,
                        message + ", text",
                        () -> passphrase == null
                                ? TlsIdentity.pemText(chain, mangled)
                                : TlsIdentity.pemText(chain, mangled, passphrase));
                check(
                        form,
                        readable,
                        message + ", file",
                        () -> passphrase == null
                                ? TlsIdentity.pem(chainFile, file)
                                : TlsIdentity.pem(chainFile, file, passphrase));
            }
            // A key in place of a certificate, of the passphrase or of a file name.
            check(form, false, mangling + " as chain", () -> TlsIdentity.pemText(mangled, form.pem()));
            checkTrust(form, mangling + " as trust", () -> TlsTrust.pemText(mangled));
            check(
                    form,
                    false,
                    mangling + " as passphrase",
                    () -> TlsIdentity.pemText(chain, encrypted(form), mangled.toCharArray()));
            Path named = path(mangled);
            if (named != null) {
                check(form, false, mangling + " as path", () -> TlsIdentity.pem(chainFile, named));
                check(form, false, mangling + " as key store", () -> TlsIdentity.keyStore(named, new char[0]));
                checkTrust(form, mangling + " as trusted path", () -> TlsTrust.pem(named));
            }
            Files.writeString(file, mangled);
            check(form, false, mangling + " in key store", () -> TlsIdentity.keyStore(file, new char[0]));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "x-UTF-16LE-BOM", "UTF-8", "ISO-8859-1"})
    void encodings(String charset) throws Exception {
        for (KeyForms.Form form : FORMS) {
            Path key = directory.resolve("key.pem");
            Path chain = directory.resolve("chain.pem");
            Files.write(key, form.pem().getBytes(Charset.forName(charset)));
            Files.write(chain, TestPki.pem(form.identity().chain()).getBytes(Charset.forName(charset)));
            assertSame(form.identity(), TlsIdentity.pem(chain, key, KeyForms.PASSPHRASE.toCharArray()));
            TlsTrust.pem(chain);
        }
    }

    @Test
    void wrongPassphrasesAreNotQuoted() {
        for (KeyForms.Form form : FORMS) {
            String chain = TestPki.pem(form.identity().chain());
            for (String wrong :
                    List.of("", "swordfish swordfish", "correct horse batterz", "\n", "\u20AC\u20AC\u20AC")) {
                try {
                    TlsIdentity.pemText(chain, form.pem(), wrong.toCharArray());
                    assertFalse(isEncrypted(form), form::toString);
                } catch (IllegalArgumentException e) {
                    assertTrue(e.getMessage().contains("wrong passphrase"), () -> form + ": " + e.getMessage());
                    assertSilent(form.secret() + wrong, form.toString(), e);
                }
            }
        }
    }

    // ---- certificates

    @ParameterizedTest
    @EnumSource
    void certificates(Mangling mangling) {
        TlsIdentity identity = TestPki.chain(KIND, 2);
        String chain = TestPki.pem(identity.chain()).replace("CERTIFICATE-", "X509 CERTIFICATE-");
        // The manglings of keys search for KEY at the end of the label.
        String mangled = mangling.apply(chain.replace("X509 CERTIFICATE", "TRUSTED KEY"))
                .replace("TRUSTED", "X509")
                .replace("trusted", "x509");
        String text = mangled.replace("KEY", "CERTIFICATE").replace("key-", "certificate-");
        if (!text.contains("CERTIFICATE") && !text.contains("certificate")) {
            // These are encoded as a whole, or have no label.
            text = mangling.apply(chain);
        }
        String certificates = text;
        if (mangling.isPlain()) {
            TlsIdentity loaded = TlsIdentity.pemText(certificates, LoadedIdentities.keyPem(identity));
            assertEquals(identity.chain(), loaded.chain(), mangling::toString);
        }
    }

    /**
     * A bundle with a damaged boundary: the certificate is read, or the message tells the line. It never disappears.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -----BEGIN CERTIFICATE-----   | \uFEFF-----BEGIN CERTIFICATE-----
            -----BEGIN CERTIFICATE-----   | '  -----BEGIN CERTIFICATE-----'
            -----BEGIN CERTIFICATE-----   | '\t-----BEGIN CERTIFICATE-----\t'
            -----BEGIN CERTIFICATE-----   | ----BEGIN CERTIFICATE-----
            -----BEGIN CERTIFICATE-----   | ----BEGIN CERTIFICATE----
            -----BEGIN CERTIFICATE-----   | -----BEGIN CERTIFICATE----
            -----BEGIN CERTIFICATE-----   | ------BEGIN CERTIFICATE------
            -----BEGIN CERTIFICATE-----   | --BEGIN CERTIFICATE--
            -----BEGIN CERTIFICATE-----   | -BEGIN CERTIFICATE-
            -----BEGIN CERTIFICATE-----   | BEGIN CERTIFICATE
            -----BEGIN CERTIFICATE-----   | -----BEGIN CERTIFICATE
            -----BEGIN CERTIFICATE-----   | BEGIN CERTIFICATE-----
            -----BEGIN CERTIFICATE-----   | \u2014\u2014-BEGIN CERTIFICATE\u2014\u2014-
            -----BEGIN CERTIFICATE-----   | \u2014BEGIN CERTIFICATE\u2014
            -----BEGIN CERTIFICATE-----   | \u2013\u2013\u2013\u2013\u2013BEGIN CERTIFICATE\u2013\u2013\u2013\u2013\u2013
            -----BEGIN CERTIFICATE-----   | \u2010\u2010\u2010\u2010\u2010BEGIN CERTIFICATE-----
            -----BEGIN CERTIFICATE-----   | -----begin certificate-----
            -----BEGIN CERTIFICATE-----   | -----Begin Certificate-----
            -----BEGIN CERTIFICATE-----   | -----BEGIN  CERTIFICATE-----
            -----BEGIN CERTIFICATE-----   | -----BEGIN\u00A0CERTIFICATE-----
            -----BEGIN CERTIFICATE-----   | -----BEGIN\tCERTIFICATE-----
            -----BEGIN CERTIFICATE-----   | ----- BEGIN CERTIFICATE -----
            -----BEGIN CERTIFICATE-----   | -----BEGIN CERTIFICATE -----
            -----BEGIN CERTIFICATE-----   | -----BEGINCERTIFICATE-----
            -----BEGIN CERTIFICATE-----   | -----BEGIN_CERTIFICATE-----
            -----BEGIN CERTIFICATE-----   | -----BEGIN-CERTIFICATE-----
            -----BEGIN CERTIFICATE-----   | -----BEGIN CERTIFCATE-----
            -----BEGIN CERTIFICATE-----   | -----BEGIN CERTIFICATES-----
            -----BEGIN CERTIFICATE-----   | -----BEGN CERTIFICATE-----
            -----BEGIN CERTIFICATE-----   | -----BEING CERTIFICATE-----
            -----BEGIN CERTIFICATE-----   | -----CERTIFICATE-----
            -----BEGIN CERTIFICATE-----   | -----BEGIN CERTIFICATE----- # old root
            -----BEGIN CERTIFICATE-----   | old root:-----BEGIN CERTIFICATE-----
            -----BEGIN CERTIFICATE-----   | > -----BEGIN CERTIFICATE-----
            -----BEGIN CERTIFICATE-----   | * -----BEGIN CERTIFICATE-----
            -----BEGIN CERTIFICATE-----   | ''
            -----END CERTIFICATE-----     | ''
            -----END CERTIFICATE-----     | ----END CERTIFICATE-----
            -----END CERTIFICATE-----     | -----END CERTIFICATE----
            -----END CERTIFICATE-----     | -----END CERTIFICATE------
            -----END CERTIFICATE-----     | \u2014END CERTIFICATE\u2014
            -----END CERTIFICATE-----     | -----END  CERTIFICATE-----
            -----END CERTIFICATE-----     | -----end certificate-----
            -----END CERTIFICATE-----     | '  -----END CERTIFICATE-----  '
            -----END CERTIFICATE-----     | -----END X509 CERTIFICATE-----
            -----END CERTIFICATE-----     | -----END-----
            -----END CERTIFICATE-----     | END CERTIFICATE
            """)
    void damagedBoundaries(String right, String wrong) {
        List<X509Certificate> three = TestPki.authorities().subList(0, 3);
        for (int damaged = 0; damaged < three.size(); damaged++) {
            StringBuilder bundle = new StringBuilder();
            for (int i = 0; i < three.size(); i++) {
                String one = TestPki.pem(List.of(three.get(i)));
                bundle.append("root ").append(i).append('\n').append(i == damaged ? one.replace(right, wrong) : one);
            }
            try {
                TlsTrust trust = TlsTrust.pemText(bundle.toString());
                assertEquals(three.size(), trust.authorities().size(), () -> "lost one: " + wrong);
            } catch (IllegalArgumentException e) {
                assertTrue(e.getMessage().matches("(?s).*line \\d+.*"), e::getMessage);
            }
        }
    }

    @Test
    void messagesNameTheLine() {
        String one = TestPki.pem(List.of(TestPki.ca(KIND)));
        int length = (int) one.lines().count();
        assertProblem(one + one.replace("--BEGIN", "-BEGIN"), "line " + (length + 1) + " begins a block");
        assertProblem(
                one + "\r\n\r\n" + one.replace("TE-----\n", "TE----\n"), "line " + (length + 3) + " begins a block");
        assertProblem(one.replaceFirst("-----BEGIN.*\n", "") + one, "line 1 has the base64 of a certificate or key");
        assertProblem(
                one + "\n-----END CERTIFICATE-----\n", "line " + (length + 2) + " ends a block that no line begins");
        String foreign = "x\n" + one.replaceFirst("\n", "\n*");
        assertProblem(foreign, "CERTIFICATE at line 2 is not base64: line 3 has a character");
        assertProblem(one.replace("\n", "\\n") + "\n" + foreign, "CERTIFICATE at line 3 is not base64: line 4");
    }

    @Test
    void textForPeopleMayStandBetweenBlocks() {
        String one = TestPki.pem(List.of(TestPki.ca(KIND)));
        String words = """
                # -----BEGIN CERTIFICATE----- disabled
                # Begin of the list
                Certificates, each between -----BEGIN CERTIFICATE----- and -----END CERTIFICATE-----, follow.
                ---
                Server certificate
                ---- begin of my roots ----
                ===== Root certificate =====
                 - certificate of the root
                subject=CN = Root; key: C:\\new\\keys
                SHA-256: 4348A0E9444C78CB265E058D5E8944B4D84F9662BD26DB257F8934A443C70161
                Bag Attributes
                    localKeyID: 01 00 00 00
                -----BEGIN SOMETHING ELSE-----
                not even base64
                -----END SOMETHING ELSE-----
                -----BEGIN DH PARAMETERS-----
                MEYCQQDaWDwW2YUiidDkr3VvTMqS3UvlM7gE+w/tlO+cikQD7VdGUNNpmdsp13Yn
                a6LT1BLiGPTdHghM9tgAPnxHdOgzAgEC
                -----END DH PARAMETERS-----
                """;
        TlsTrust trust =
                TlsTrust.pemText(words + one + words + TestPki.pem(List.of(TestPki.ca(KeyKind.ED25519))) + words);
        assertEquals(2, trust.authorities().size());
    }

    @Test
    void blocksMayFollowEachOtherWithoutLineBreak() {
        TlsIdentity identity = TestPki.chain(KIND, 3);
        String glued = TestPki.pem(identity.chain()).replace("\n-----BEGIN", "-----BEGIN");
        assertTrue(glued.contains("----------BEGIN"));
        assertSame(identity, TlsIdentity.pemText(glued, LoadedIdentities.keyPem(identity)));
    }

    // ---- invalid hosts

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://user:hunter2hunter2@host",
                "user:hunter2hunter2@host:443",
                "hunter2hunter2@",
                "@hunter2hunter2"
            })
    void passwordsOfUrlsAreNotQuoted(String host) {
        for (LoadedIdentities.Load load : List.<LoadedIdentities.Load>of(
                () -> TlsIdentity.selfSigned(host), () -> TlsContext.client().connect(Bio.pair(100)[0], host, 443))) {
            assertSilent("hunter2hunter2", host, assertThrows(IllegalArgumentException.class, load::load));
        }
    }

    // ---- fixtures

    private static void check(KeyForms.Form form, boolean readable, String message, LoadedIdentities.Load load)
            throws Exception {
        TlsIdentity loaded;
        try {
            loaded = (TlsIdentity) load.load();
        } catch (Exception e) {
            assertSilent(form.secret() + KeyForms.PASSPHRASE, message, e);
            if (readable) {
                throw new AssertionError("not read: " + message, e);
            }
            return;
        }
        assertSame(form.identity(), loaded);
    }

    private static void checkTrust(KeyForms.Form form, String message, LoadedIdentities.Load load) throws Exception {
        try {
            load.load();
            fail("trusts a key: " + message);
        } catch (Exception e) {
            assertSilent(form.secret(), message, e);
        }
    }

    private static boolean isEncrypted(KeyForms.Form form) {
        return form.pem().contains("ENCRYPTED");
    }

    private static String encrypted(KeyForms.Form form) {
        return FORMS.stream()
                .filter(other -> other.identity() == form.identity() && isEncrypted(other))
                .findFirst()
                .orElseThrow()
                .pem();
    }

    private static @Nullable Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private static void assertProblem(String pem, String problem) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> TlsTrust.pemText(pem));
        assertTrue(e.getMessage().contains(problem), e::getMessage);
    }
}
