package io.parktls;

import static io.parktls.LoadedIdentities.assertInvalid;
import static io.parktls.LoadedIdentities.assertSame;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.parktls.TestPki.KeyKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.PBEParameter;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Encrypted keys: messages name an unsupported algorithm, and report a wrong passphrase only if it is wrong. */
class EncryptedKeyTest {
    private static final TlsIdentity IDENTITY = TestPki.server(KeyKind.ECDSA_P256);
    private static final String PASSPHRASE = "correct horse";
    private static final String WRONG = "battery staple";

    @TempDir
    private Path directory;

    @BeforeEach
    void writePem() throws IOException {
        TestPki.writePem(IDENTITY, directory);
        Files.writeString(directory.resolve("passphrase"), PASSPHRASE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pkcs8 -topk8 -v2 aes-256-cbc                       | ''
            pkcs8 -topk8 -v2 aes-192-cbc                       | ''
            pkcs8 -topk8 -v2 des3                              | ''
            pkcs8 -topk8 -scrypt                               | ''
            pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA512 | ''
            pkcs8 -topk8 -v1 PBE-SHA1-3DES                     | ''
            ec -aes256                                         | ''
            ec -des3                                           | ''
            pkcs8 -topk8 -v2 aria-128-cbc                      | unsupported cipher ARIA-128-CBC
            pkcs8 -topk8 -v2 aria-192-cbc                      | unsupported cipher ARIA-192-CBC
            pkcs8 -topk8 -v2 aria-256-cbc                      | unsupported cipher ARIA-256-CBC
            pkcs8 -topk8 -v2 aria-256-cbc -scrypt              | unsupported cipher ARIA-256-CBC
            pkcs8 -topk8 -v2 aria-128-ctr                      | unsupported cipher ARIA-128-CTR
            pkcs8 -topk8 -v2 sm4-cbc                           | unsupported cipher SM4-128-CBC
            pkcs8 -topk8 -v2 camellia-128-cfb                  | unsupported cipher CAMELLIA-128-CFB
            pkcs8 -topk8 -v2 aes-256-cfb                       | unsupported cipher AES-256-CFB
            pkcs8 -topk8 -v2 aes-256-ofb                       | unsupported cipher AES-256-OFB
            pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithMD5    | unsupported key derivation PBKDF2 with HMAC-MD5
            ec -aria256                                        | unsupported cipher ARIA-256-CBC
            ec -aria-128-ctr                                   | unsupported cipher ARIA-128-CTR
            ec -camellia128                                    | unsupported cipher CAMELLIA-128-CBC
            ec -camellia-256-cfb                               | unsupported cipher CAMELLIA-256-CFB
            ec -sm4-cbc                                        | unsupported cipher SM4-CBC
            ec -aes-256-ctr                                    | unsupported cipher AES-256-CTR
            ec -chacha20                                       | unsupported cipher CHACHA20
            """)
    void keysOfOpenssl(String command, String unsupported) throws Exception {
        OpenSsl.run(directory, command + " -in key.pem -out encrypted.pem -passout file:passphrase");
        assertOutcome("encrypted.pem", unsupported);
    }

    /** Keys that current OpenSSL creates only with its legacy provider, or not at all. */
    @ParameterizedTest
    @CsvSource({
        "SEED-CBC, 16",
        "IDEA-CBC, 8",
        "CAST5-CBC, 8",
        "RC5-CBC, 8",
        "GOST89, 8",
        "ROT13, 2",
        "AES-256-GCM, 12",
        "AES-512-CBC, 16",
        "DES-EDE4-CBC, 8"
    })
    void traditionalCiphers(String cipher, int iv) throws IOException {
        String header = "Proc-Type: 4,ENCRYPTED\nDEK-Info: " + cipher + "," + "0F".repeat(iv) + "\n\n";
        String pem = TestPki.pem("EC PRIVATE KEY", new byte[96]).replaceFirst("\n", "\n" + header);
        Files.writeString(directory.resolve("encrypted.pem"), pem);
        assertOutcome("encrypted.pem", "unsupported cipher " + cipher);
    }

    /** Encryption algorithms by their object identifiers, without encrypted data. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1.2.840.113549.1.5.1        | unsupported encryption PBE-MD2-DES
            1.2.840.113549.1.5.4        | unsupported encryption PBE-MD2-RC2-64
            1.2.840.113549.1.5.6        | unsupported encryption PBE-MD5-RC2-64
            1.2.840.113549.1.5.11       | unsupported encryption PBE-SHA1-RC2-64
            1.2.840.113549.1.12.1.99    | unsupported encryption 1.2.840.113549.1.12.1.99
            1.3.6.1.4.1.55555.1         | unsupported encryption 1.3.6.1.4.1.55555.1
            """)
    void encryptionsByObjectIdentifier(String oid, String unsupported) throws Exception {
        byte[] content = new EncryptedPrivateKeyInfo(
                        new AlgorithmIdentifier(new ASN1ObjectIdentifier(oid), new PBEParameter(new byte[8], 1000)),
                        new byte[64])
                .getEncoded();
        Files.writeString(directory.resolve("encrypted.pem"), TestPki.pem("ENCRYPTED PRIVATE KEY", content));
        assertOutcome("encrypted.pem", unsupported);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -keypbe AES-256-CBC -certpbe AES-256-CBC -macalg SHA256      | ''
            -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg SHA1    | ''
            -keypbe AES-128-CBC -certpbe NONE                            | ''
            -keypbe AES-256-CBC -certpbe AES-256-CBC -nomac              | ''
            -keypbe ARIA-256-CBC -certpbe AES-256-CBC                    | unsupported cipher ARIA-256-CBC
            -keypbe AES-256-CBC -certpbe ARIA-128-CBC                    | unsupported cipher ARIA-128-CBC
            -keypbe CAMELLIA-256-CBC -certpbe CAMELLIA-256-CBC           | unsupported cipher CAMELLIA-256-CBC
            -keypbe AES-256-CBC -certpbe CAMELLIA-128-CBC                | unsupported cipher CAMELLIA-128-CBC
            -keypbe SM4-CBC -certpbe NONE                                | unsupported cipher SM4-128-CBC
            -keypbe DES-EDE3-CBC -certpbe AES-256-CBC                    | unsupported cipher DES-EDE3-CBC
            -keypbe AES-256-CBC -certpbe AES-256-CBC -macalg SHA3-256    | unsupported integrity check (MAC) with SHA3-256
            -keypbe AES-256-CBC -certpbe AES-256-CBC -macalg RIPEMD160   | unsupported integrity check (MAC) with RIPEMD160
            """)
    void keyStoresOfOpenssl(String options, String unsupported) throws Exception {
        OpenSsl.run(
                directory,
                "pkcs12 -export -inkey key.pem -in chain.pem -out store.p12 -passout file:passphrase " + options);
        Path store = directory.resolve("store.p12");
        if (unsupported.isEmpty()) {
            assertSame(IDENTITY, TlsIdentity.keyStore(store, PASSPHRASE.toCharArray()));
            assertInvalid("wrong password", () -> TlsIdentity.keyStore(store, WRONG.toCharArray()));
            return;
        }
        for (String password : new String[] {PASSPHRASE, WRONG}) {
            IllegalArgumentException e = assertInvalid(
                    "store.p12: ", unsupported, () -> TlsIdentity.keyStore(store, password.toCharArray()));
            assertFalse(e.getMessage().contains("wrong"), e::getMessage);
            LeakCheck.assertSilent(password, options, e);
        }
    }

    @Test
    void filesOfOtherKindsAreNamed() throws Exception {
        Path store = directory.resolve("store.p12");
        OpenSsl.run(directory, "pkcs12 -export -inkey key.pem -in chain.pem -out store.p12 -passout file:passphrase");
        assertInvalid("store.p12: not PEM, but binary (DER)", () -> TlsIdentity.pem(store, store));
        OpenSsl.run(directory, "pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out key.der");
        assertInvalid(
                "key.der: not PEM, but binary (DER)",
                () -> TlsIdentity.pem(directory.resolve("chain.pem"), directory.resolve("key.der")));
        assertInvalid(
                "chain.pem: not a key store, but PEM",
                () -> TlsIdentity.keyStore(directory.resolve("chain.pem"), PASSPHRASE.toCharArray()));
        // PKCS #7 holds certificates, which are read.
        OpenSsl.run(directory, "crl2pkcs7 -nocrl -certfile chain.pem -out chain.p7b");
        assertSame(IDENTITY, TlsIdentity.pem(directory.resolve("chain.p7b"), directory.resolve("key.pem")));
    }

    private void assertOutcome(String file, String unsupported) throws IOException {
        Path chain = directory.resolve("chain.pem");
        Path key = directory.resolve(file);
        if (unsupported.isEmpty()) {
            assertSame(IDENTITY, TlsIdentity.pem(chain, key, PASSPHRASE.toCharArray()));
            assertInvalid(file + ": ", "wrong passphrase", () -> TlsIdentity.pem(chain, key, WRONG.toCharArray()));
            return;
        }
        for (String passphrase : new String[] {PASSPHRASE, WRONG}) {
            IllegalArgumentException e = assertInvalid(
                    file + ": ", unsupported, () -> TlsIdentity.pem(chain, key, passphrase.toCharArray()));
            assertFalse(e.getMessage().contains("wrong"), e::getMessage);
            assertNull(e.getCause());
            LeakCheck.assertSilent(passphrase + Files.readString(key).replaceAll("(?m)^(-|[A-Z]).*\n", ""), file, e);
        }
    }
}
