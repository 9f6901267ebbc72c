package io.parktls.pki;

import io.parktls.jca.JdkKeys;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;

/** Private keys without Bouncy Castle: PKCS #8 without encryption, which the JDK reads by itself. */
final class BarePrivateKey {
    private BarePrivateKey() {}

    /** The key in that block. */
    static PrivateKey decode(PemBlock block) throws PemException {
        try {
            return JdkKeys.pkcs8(block.content());
        } catch (GeneralSecurityException e) {
            // No cause: those of the parsers quote their input.
            throw new PemException("the private key cannot be read: other forms than a PRIVATE KEY block (PKCS #8)"
                    + " without encryption need bcprov-jdk18on, bcutil-jdk18on and bcpkix-jdk18on "
                    + BouncyCastleJars.NEEDED + " on the class path");
        }
    }
}
