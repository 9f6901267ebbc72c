package io.parktls.pki;

import io.parktls.jca.JdkKeys;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;

/** Decodes unencrypted PKCS #8 private keys with the JDK alone, for class paths without Bouncy Castle. */
final class UnencryptedPrivateKey {
    private UnencryptedPrivateKey() {}

    /** Returns the private key in a PEM block. */
    static PrivateKey decode(PemBlock block) throws PemException {
        try {
            return JdkKeys.pkcs8(block.content());
        } catch (GeneralSecurityException e) {
            // Without the cause: the messages of parsers quote their input.
            throw new PemException("the private key cannot be read: without Bouncy Castle, only an unencrypted PRIVATE"
                    + " KEY block (PKCS #8) can be. Other forms need bcprov-jdk18on, bcutil-jdk18on and bcpkix-jdk18on "
                    + BouncyCastleJars.NEEDED + " on the class path");
        }
    }
}
