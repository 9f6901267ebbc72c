package io.parktls.bench.jmh.primitive;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import javax.crypto.KEM;

/** The client's ML-KEM-768 key pair, the server's encapsulation and the client's decapsulation, by the JDK. */
final class MlKemPrimitive implements Primitive {
    private static final String NAME = "ML-KEM-768";

    private final SecureRandom random = Drbg.create();

    /** Looked up once, as in the engine. */
    private final Provider provider = KeyPairGenerator.getInstance(NAME).getProvider();

    private final KeyFactory factory = KeyFactory.getInstance(NAME, provider);
    private final KEM kem = KEM.getInstance(NAME, provider);

    MlKemPrimitive() throws GeneralSecurityException {}

    @Override
    public byte[] perform() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(NAME, provider);
        generator.initialize(NamedParameterSpec.ML_KEM_768, random);
        KeyPair client = generator.generateKeyPair();
        PublicKey arrived =
                factory.generatePublic(new X509EncodedKeySpec(client.getPublic().getEncoded()));
        KEM.Encapsulated server = kem.newEncapsulator(arrived, random).encapsulate();
        byte[] secret = kem.newDecapsulator(client.getPrivate())
                .decapsulate(server.encapsulation())
                .getEncoded();
        if (!Arrays.equals(secret, server.key().getEncoded())) {
            throw new GeneralSecurityException("the secrets of the two sides differ");
        }
        return secret;
    }
}
