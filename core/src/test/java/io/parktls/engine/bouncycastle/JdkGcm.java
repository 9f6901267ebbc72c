package io.parktls.engine.bouncycastle;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.TlsAEADCipher;
import org.bouncycastle.tls.crypto.impl.TlsAEADCipherImpl;

/**
 * The JDK's AES-GCM in Bouncy Castle's record protection, for tests of the crypto that do not use the engine's own
 * record protection.
 */
final class JdkGcm implements TlsAEADCipherImpl {
    private static final int TAG_LENGTH = 16;
    private static final Provider SUN_JCE = Security.getProvider("SunJCE");

    private final Cipher cipher;
    private final int mode;
    private SecretKeySpec key;

    private JdkGcm(int mode) throws GeneralSecurityException {
        this.cipher = Cipher.getInstance("AES/GCM/NoPadding", SUN_JCE);
        this.mode = mode;
    }

    static TlsCipher cipher(TlsCryptoParameters parameters, int keyLength) throws IOException {
        try {
            return new TlsAEADCipher(
                    parameters,
                    new JdkGcm(Cipher.ENCRYPT_MODE),
                    new JdkGcm(Cipher.DECRYPT_MODE),
                    keyLength,
                    TAG_LENGTH,
                    TlsAEADCipher.AEAD_GCM,
                    null);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void setKey(byte[] key, int offset, int length) {
        this.key = new SecretKeySpec(key, offset, length, "AES");
    }

    @Override
    public void init(byte[] nonce, int macSize) {
        try {
            cipher.init(mode, key, new GCMParameterSpec(macSize * 8, nonce));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public int getOutputSize(int inputLength) {
        return mode == Cipher.ENCRYPT_MODE ? inputLength + TAG_LENGTH : inputLength - TAG_LENGTH;
    }

    @Override
    public int doFinal(byte[] aad, byte[] input, int inputOffset, int inputLength, byte[] output, int outputOffset)
            throws IOException {
        try {
            cipher.updateAAD(aad);
            return cipher.doFinal(input, inputOffset, inputLength, output, outputOffset);
        } catch (GeneralSecurityException e) {
            throw new TlsFatalAlert(AlertDescription.bad_record_mac, e);
        }
    }
}
