package io.parktls;

import io.parktls.TestPki.KeyKind;
import java.io.StringWriter;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptor;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.operator.OutputEncryptor;
import org.jspecify.annotations.Nullable;

/** Private keys in every PEM encoding. */
final class KeyForms {
    static final String PASSPHRASE = "correct horse battery";

    private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();

    /**
     * A key in one of the encodings.
     *
     * @param pem the key, with correct line breaks
     */
    record Form(String encoding, KeyKind kind, TlsIdentity identity, String pem) {
        /** Returns the base64 text, which no message may repeat. */
        String secret() {
            return pem.lines().filter(line -> line.matches("[A-Za-z0-9+/=]+")).reduce("", String::concat);
        }

        @Override
        public String toString() {
            return encoding + " " + kind;
        }
    }

    private KeyForms() {}

    static List<Form> all() {
        try {
            List<Form> forms = new ArrayList<>();
            for (KeyKind kind : KeyKind.values()) {
                TlsIdentity identity = TestPki.server(kind);
                PrivateKey key = identity.privateKey();
                forms.add(new Form("PKCS#8", kind, identity, pkcs8(key, null)));
                forms.add(new Form("encrypted PKCS#8", kind, identity, pkcs8(key, encryptor())));
                if (kind != KeyKind.ED25519) {
                    forms.add(new Form("traditional", kind, identity, traditional(key, null)));
                    forms.add(new Form("AES-256-CBC", kind, identity, traditional(key, "AES-256-CBC")));
                    forms.add(new Form("DES-EDE3-CBC", kind, identity, traditional(key, "DES-EDE3-CBC")));
                }
            }
            return forms;
        } catch (Exception e) {
            throw new AssertionError("cannot encode the keys", e);
        }
    }

    /** Returns a key that is encrypted with {@link #PASSPHRASE}. */
    static String encryptedPkcs8(PrivateKey key) throws Exception {
        return pkcs8(key, encryptor());
    }

    private static OutputEncryptor encryptor() throws Exception {
        return new JceOpenSSLPKCS8EncryptorBuilder(NISTObjectIdentifiers.id_aes256_CBC)
                .setProvider(BOUNCY_CASTLE)
                .setPassword(PASSPHRASE.toCharArray())
                // Few, because the tests decrypt thousands of times.
                .setIterationCount(64)
                .build();
    }

    private static String pkcs8(PrivateKey key, @Nullable OutputEncryptor encryptor) throws Exception {
        return encryptor == null
                ? TestPki.pem("PRIVATE KEY", key.getEncoded())
                : write(new JcaPKCS8Generator(key, encryptor));
    }

    private static String traditional(PrivateKey key, @Nullable String cipher) throws Exception {
        PEMEncryptor encryptor = cipher == null
                ? null
                : new JcePEMEncryptorBuilder(cipher).setProvider(BOUNCY_CASTLE).build(PASSPHRASE.toCharArray());
        // The JDK encodes EC keys without the curve inside the ECPrivateKey, where SEC 1 has it.
        PrivateKey whole = KeyFactory.getInstance(key.getAlgorithm(), BOUNCY_CASTLE)
                .generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()));
        return write(new JcaMiscPEMGenerator(whole, encryptor));
    }

    private static String write(Object object) throws Exception {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString().replace("\r\n", "\n");
    }
}
