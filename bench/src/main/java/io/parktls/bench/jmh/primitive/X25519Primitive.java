package io.parktls.bench.jmh.primitive;

import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** Two ephemeral X25519 key pairs and the key agreement of both sides, by Bouncy Castle. */
final class X25519Primitive implements Primitive {
    private final SecureRandom random = Drbg.create();

    X25519Primitive() throws NoSuchAlgorithmException {}

    @Override
    public byte[] perform() throws GeneralSecurityException {
        byte[] client = privateKey();
        byte[] server = privateKey();
        byte[] clientShare = publicKey(client);
        byte[] serverShare = publicKey(server);
        byte[] secret = agree(client, serverShare);
        if (!Arrays.equals(secret, agree(server, clientShare))) {
            throw new GeneralSecurityException("the secrets of the two sides differ");
        }
        return secret;
    }

    /** The server's part: its key pair and the key agreement, always with the same key share of the client. */
    Primitive server() {
        byte[] clientShare = publicKey(privateKey());
        return () -> {
            byte[] own = privateKey();
            byte[] secret = agree(own, clientShare);
            byte[] share = publicKey(own);
            share[0] ^= secret[0];
            return share;
        };
    }

    private byte[] privateKey() {
        byte[] key = new byte[X25519.SCALAR_SIZE];
        X25519.generatePrivateKey(random, key);
        return key;
    }

    private static byte[] publicKey(byte[] privateKey) {
        byte[] key = new byte[X25519.POINT_SIZE];
        X25519.generatePublicKey(privateKey, 0, key, 0);
        return key;
    }

    private static byte[] agree(byte[] privateKey, byte[] peerShare) throws GeneralSecurityException {
        byte[] secret = new byte[X25519.POINT_SIZE];
        if (!X25519.calculateAgreement(privateKey, 0, peerShare, 0, secret, 0)) {
            throw new GeneralSecurityException("the X25519 key share has a small order");
        }
        return secret;
    }
}
