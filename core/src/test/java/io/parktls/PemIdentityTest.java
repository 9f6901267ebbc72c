package io.parktls;

import static io.parktls.LoadedIdentities.assertInvalid;
import static io.parktls.LoadedIdentities.assertSame;
import static io.parktls.LoadedIdentities.keyPem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki.KeyKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests identities in PEM files. */
class PemIdentityTest {
    private static final KeyKind KIND = KeyKind.ECDSA_P256;
    private static final char[] PASSPHRASE = "correct horse".toCharArray();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void loadsPkcs8(KeyKind kind) throws IOException {
        TlsIdentity identity = TestPki.server(kind);
        TestPki.writePem(identity, directory);
        assertSame(identity, TlsIdentity.pem(file("chain.pem"), file("key.pem")));
        // An unneeded passphrase is ignored.
        assertSame(identity, TlsIdentity.pem(file("chain.pem"), file("key.pem"), PASSPHRASE));
    }

    @ParameterizedTest
    @CsvSource({"RSA_2048,   rsa -traditional", "ECDSA_P256, ec", "ECDSA_P384, ec", "ED25519,    pkey"})
    void loadsPlainKeysOfOpenssl(KeyKind kind, String command) throws Exception {
        TlsIdentity identity = TestPki.server(kind);
        TestPki.writePem(identity, directory);
        OpenSsl.run(directory, command + " -in key.pem -out converted.pem");
        assertSame(identity, TlsIdentity.pem(file("chain.pem"), file("converted.pem")));
    }

    @ParameterizedTest
    @CsvSource({
        "RSA_2048,   pkcs8 -topk8 -v2 aes-256-cbc",
        "ECDSA_P256, pkcs8 -topk8 -v2 aes-128-cbc -v2prf hmacWithSHA512",
        "ECDSA_P384, pkcs8 -topk8 -v2 des3 -v2prf hmacWithSHA1",
        "ED25519,    pkcs8 -topk8 -v2 aes-256-cbc",
        "ECDSA_P256, pkcs8 -topk8 -scrypt",
        "ECDSA_P256, pkcs8 -topk8 -v1 PBE-SHA1-3DES",
        "RSA_2048,   rsa -traditional -aes256",
        "RSA_2048,   rsa -traditional -des3",
        "ECDSA_P256, ec -aes128",
        "ECDSA_P384, ec -aes-192-cbc"
    })
    void loadsEncryptedKeysOfOpenssl(KeyKind kind, String command) throws Exception {
        TlsIdentity identity = TestPki.server(kind);
        TestPki.writePem(identity, directory);
        Path key = file("encrypted.pem");
        Files.writeString(file("passphrase"), new String(PASSPHRASE));
        OpenSsl.run(directory, command + " -in key.pem -out encrypted.pem -passout file:passphrase");
        assertSame(identity, TlsIdentity.pem(file("chain.pem"), key, PASSPHRASE));
        assertInvalid(
                "encrypted.pem: the private key is encrypted, and there is no passphrase",
                () -> TlsIdentity.pem(file("chain.pem"), key));
        for (int i = 0; i < 20; i++) {
            String wrong = "wrong " + i;
            IllegalArgumentException e = assertInvalid(
                    "encrypted.pem: the private key cannot be decrypted: wrong passphrase",
                    () -> TlsIdentity.pem(file("chain.pem"), key, wrong.toCharArray()));
            assertFalse(e.toString().contains(wrong));
        }
    }

    @Test
    void loadsPassphrasesBeyondAscii() throws Exception {
        TlsIdentity identity = TestPki.server(KIND);
        TestPki.writePem(identity, directory);
        String passphrase = "Stra\u00dfe \u20ac";
        Files.writeString(file("passphrase"), passphrase);
        for (String command : List.of("pkcs8 -topk8", "ec -aes256")) {
            OpenSsl.run(directory, command + " -in key.pem -out encrypted.pem -passout file:passphrase");
            assertSame(identity, TlsIdentity.pem(file("chain.pem"), file("encrypted.pem"), passphrase.toCharArray()));
        }
    }

    @Test
    void loadsWhatOpensslMakes() throws Exception {
        OpenSsl.run(
                directory,
                "req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out chain.pem -days 2 -subj /CN=made"
                        + " -addext subjectAltName=DNS:made.test");
        OpenSsl.run(directory, "x509 -in chain.pem -text -out verbose.pem");
        TlsIdentity identity = TlsIdentity.pem(file("verbose.pem"), file("key.pem"));
        assertTrue(identity.isFor("made.test"));
        OpenSsl.run(directory, "x509 -in chain.pem -trustout -addtrust serverAuth -out trusted.pem");
        assertSame(identity, TlsIdentity.pem(file("trusted.pem"), file("key.pem")));
        // "openssl ecparam -genkey" writes the curve before the key.
        OpenSsl.run(directory, "ecparam -name prime256v1 -genkey -out ec.pem");
        OpenSsl.run(directory, "req -x509 -new -key ec.pem -out ecchain.pem -days 2 -subj /CN=made");
        assertEquals(
                "EC",
                TlsIdentity.pem(file("ecchain.pem"), file("ec.pem"))
                        .privateKey()
                        .getAlgorithm());
    }

    @Test
    void loadsKeysThatCarryTheirPublicKey() {
        TlsIdentity identity = TestPki.server(KeyKind.ED25519);
        byte[] publicKey = new byte[32];
        byte[] encoded = identity.chain().getFirst().getPublicKey().getEncoded();
        System.arraycopy(encoded, encoded.length - 32, publicKey, 0, 32);
        PrivateKeyInfo plain = PrivateKeyInfo.getInstance(identity.privateKey().getEncoded());
        String key = TestPki.pem("PRIVATE KEY", withPublicKey(plain, publicKey));
        assertSame(identity, TlsIdentity.pemText(TestPki.pem(identity.chain()), key));
    }

    @Test
    void loadsOneFileWithEverything() throws IOException {
        TlsIdentity identity = TestPki.chain(KIND, 1);
        Path file = file("all.pem");
        Files.writeString(file, "\ufeff" + keyPem(identity) + "some words\r\n" + TestPki.pem(identity.chain()));
        assertSame(identity, TlsIdentity.pem(file, file));
    }

    @Test
    void putsTheChainInOrder() {
        TlsIdentity identity = TestPki.chain(KIND, 3);
        List<X509Certificate> shuffled = new ArrayList<>(identity.chain());
        for (int i = 0; i < 5; i++) {
            Collections.shuffle(shuffled, new Random(i));
            assertSame(identity, TlsIdentity.pemText(TestPki.pem(shuffled), keyPem(identity)));
        }
        shuffled.addAll(identity.chain());
        assertSame(identity, TlsIdentity.pemText(TestPki.pem(shuffled), keyPem(identity)));
    }

    @Test
    void keepsTheRootThatIsGiven() {
        TlsIdentity identity = TestPki.server(KIND);
        List<X509Certificate> withRoot =
                List.of(TestPki.ca(KIND), identity.chain().getFirst());
        TlsIdentity loaded = TlsIdentity.pemText(TestPki.pem(withRoot), keyPem(identity));
        assertEquals(withRoot.reversed(), loaded.chain());
    }

    @Test
    void missingFilesAreIoErrors() throws IOException {
        TestPki.writePem(TestPki.server(KIND), directory);
        assertMissing("none.pem", () -> TlsIdentity.pem(file("chain.pem"), file("none.pem")));
        assertMissing("none.pem", () -> TlsIdentity.pem(file("none.pem"), file("key.pem")));
        assertMissing("none.p12", () -> TlsIdentity.keyStore(file("none.p12"), PASSPHRASE));
        assertMissing("none.der", () -> TestPki.server(KIND).withStaple(file("none.der")));
    }

    private void assertMissing(String name, Executable reading) {
        NoSuchFileException missing = assertThrows(NoSuchFileException.class, reading);
        assertEquals(file(name).toString(), missing.getFile());
        assertEquals(file(name) + ": the file does not exist", missing.getMessage());
    }

    @Test
    void describesWhatIsWrongWithAFile() throws IOException {
        TlsIdentity identity = TestPki.server(KIND);
        TestPki.writePem(identity, directory);
        String chain = Files.readString(file("chain.pem"));
        String key = Files.readString(file("key.pem"));

        assertBadKey("empty", "");
        assertBadKey("empty", "\n \n");
        assertBadKey("not PEM", "hello");
        assertBadKey("no private key, only CERTIFICATE", chain);
        assertBadKey("2 private keys where one is expected", key + key);
        assertBadKey("PRIVATE KEY at line 2 is not base64", "\n" + key.replaceFirst("M", "*"));
        assertBadKey("PRIVATE KEY at line 1 has no end", key.substring(0, key.length() / 2));
        assertBadKey("PRIVATE KEY at line 1 has no end", key.replace("END PRIVATE", "END PUBLIC"));
        assertBadKey("PRIVATE KEY at line 1 is empty", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n");
        assertBadKey("line 1 begins a block", key.replaceFirst("KEY-----", "KEY----"));
        assertBadKey("the private key cannot be parsed", TestPki.pem("PRIVATE KEY", new byte[100]));
        assertBadKey("the private key cannot be parsed", TestPki.pem("RSA PRIVATE KEY", new byte[100]));
        assertBadKey("the private key cannot be parsed", TestPki.pem("EC PRIVATE KEY", new byte[100]));
        assertBadKey("no passphrase", TestPki.pem("ENCRYPTED PRIVATE KEY", new byte[100]));
        assertBadKey("OPENSSH PRIVATE KEY are not supported", TestPki.pem("OPENSSH PRIVATE KEY", new byte[100]));

        assertBadChain("empty", "");
        assertBadChain("not PEM", "hello");
        assertBadChain("no certificate, only PRIVATE KEY", key);
        assertBadChain("CERTIFICATE at line 1 is not base64", chain.replaceFirst("M", "*"));
        assertBadChain("the certificate at line 1 cannot be parsed", TestPki.pem("CERTIFICATE", new byte[100]));
    }

    @Test
    void brokenEncryptedKeys() throws IOException {
        TestPki.writePem(TestPki.server(KIND), directory);
        String rubbish = TestPki.pem("ENCRYPTED PRIVATE KEY", new byte[100]);
        Files.writeString(file("bad.pem"), rubbish);
        assertInvalid(
                "the encrypted private key cannot be parsed",
                () -> TlsIdentity.pem(file("chain.pem"), file("bad.pem"), PASSPHRASE));
        Files.writeString(
                file("bad.pem"),
                TestPki.pem("EC PRIVATE KEY", new byte[96])
                        .replaceFirst("\n", "\nProc-Type: 4,ENCRYPTED\nDEK-Info: ROT13,0011\n\n"));
        assertInvalid("cannot be decrypted", () -> TlsIdentity.pem(file("chain.pem"), file("bad.pem"), PASSPHRASE));
        Files.writeString(
                file("bad.pem"),
                TestPki.pem("EC PRIVATE KEY", new byte[96]).replaceFirst("\n", "\nProc-Type: 4,ENCRYPTED\n\n"));
        assertInvalid("DEK-Info", () -> TlsIdentity.pem(file("chain.pem"), file("bad.pem"), PASSPHRASE));
    }

    @Test
    void keyAndCertificateMustMatch() throws IOException {
        TestPki.writePem(TestPki.server(KIND), directory);
        for (KeyKind kind : KeyKind.values()) {
            // Keys of each kind, each with another one of the same kind.
            Files.writeString(file("other.pem"), keyPem(TestPki.client(kind)));
            IllegalArgumentException e = assertInvalid(
                    "private key does not match the certificate 'CN=test server'",
                    () -> TlsIdentity.pem(file("chain.pem"), file("other.pem")));
            assertTrue(e.getMessage().contains("chain.pem, "), e.getMessage());
            assertTrue(e.getMessage().contains("other.pem: "), e.getMessage());
        }
        for (KeyKind kind : KeyKind.values()) {
            PrivateKey key = TestPki.client(kind).privateKey();
            X509Certificate[] chain = TestPki.server(kind).chain().toArray(X509Certificate[]::new);
            assertInvalid("does not match", () -> TlsIdentity.of(key, chain));
        }
    }

    @Test
    void strangersInTheChainAreRefused() {
        TlsIdentity identity = TestPki.server(KIND);
        X509Certificate stranger = TestPki.ca(KeyKind.ECDSA_P384);
        assertInvalid(
                "certificate 'CN=Test CA ECDSA_P384' is not part of the chain of 'CN=test server'",
                () -> TlsIdentity.of(identity.privateKey(), identity.chain().getFirst(), stranger));
        assertInvalid("no certificate", () -> TlsIdentity.of(identity.privateKey()));
    }

    @Test
    void crossSignedIssuersAreKept() {
        TestCertificate old = TestCertificate.authority(KIND, "Old root");
        KeyPair pair = KIND.generate();
        TestCertificate root =
                TestCertificate.of(KIND, "New root").keyPair(pair).authority().selfSigned();
        TestCertificate cross =
                TestCertificate.of(KIND, "New root").keyPair(pair).authority().issuedBy(old);
        TestCertificate leaf = TestPki.goodServer(KIND).issuedBy(root);
        TlsIdentity identity = TlsIdentity.of(
                leaf.privateKey(), old.certificate(), cross.certificate(), leaf.certificate(), root.certificate());
        assertEquals(leaf.certificate(), identity.chain().getFirst());
        assertEquals(4, identity.chain().size());
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    private void assertBadKey(String problem, String content) throws IOException {
        Files.writeString(file("bad.pem"), content);
        assertInvalid("bad.pem: ", problem, () -> TlsIdentity.pem(file("chain.pem"), file("bad.pem")));
    }

    private void assertBadChain(String problem, String content) throws IOException {
        Files.writeString(file("bad.pem"), content);
        assertInvalid("bad.pem: ", problem, () -> TlsIdentity.pem(file("bad.pem"), file("key.pem")));
    }

    private static byte[] withPublicKey(PrivateKeyInfo plain, byte[] publicKey) {
        try {
            return new PrivateKeyInfo(plain.getPrivateKeyAlgorithm(), plain.parsePrivateKey(), null, publicKey)
                    .getEncoded();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
