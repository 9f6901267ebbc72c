package io.parktls.platform;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.Provider;
import java.security.Security;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.conscrypt.Conscrypt;

/** Orders of providers as programs and distributions set them up. */
enum ProviderOrder {
    AS_INSTALLED {
        @Override
        void set() {}
    },
    CONSCRYPT_FIRST {
        @Override
        void set() {
            first(Conscrypt.newProvider());
        }
    },
    BOUNCY_CASTLE_FIRST {
        @Override
        void set() {
            first(new BouncyCastleProvider());
        }
    },
    BCJSSE_FIRST {
        @Override
        void set() {
            first(new BouncyCastleProvider());
            first(new BouncyCastleJsseProvider());
        }
    },
    CORRETTO_FIRST {
        @Override
        void set() {
            first(AmazonCorrettoCryptoProvider.INSTANCE);
        }
    },
    CONSCRYPT_THEN_BOUNCY_CASTLE {
        @Override
        void set() {
            first(new BouncyCastleProvider());
            first(Conscrypt.newProvider());
        }
    },
    /** The JDK's own in the opposite order, the token provider first. */
    JDK_REVERSED {
        @Override
        void set() {
            for (Provider provider : Security.getProviders()) {
                Security.removeProvider(provider.getName());
                first(provider);
            }
        }
    },
    /** A provider that has every algorithm by name, and throws whatever it is asked. */
    BROKEN_FIRST {
        @Override
        void set() {
            first(new BrokenProvider(BrokenProvider.Point.CREATION));
        }
    },
    /** The same, but it accepts keys first: a signer that fails when it signs. */
    BROKEN_LATER_FIRST {
        @Override
        void set() {
            first(new BrokenProvider(BrokenProvider.Point.USE));
        }
    },
    /** A module that brings its own cryptography instead of SunJCE's. */
    NO_SUN_JCE {
        @Override
        void set() {
            Security.removeProvider("SunJCE");
            Security.addProvider(new BouncyCastleProvider());
        }
    },
    NO_SUN_EC {
        @Override
        void set() {
            Security.removeProvider("SunEC");
            Security.addProvider(new BouncyCastleProvider());
        }
    },
    NO_SUN_RSA_SIGN {
        @Override
        void set() {
            Security.removeProvider("SunRsaSign");
            Security.addProvider(new BouncyCastleProvider());
        }
    };

    abstract void set();

    private static void first(Provider provider) {
        Security.insertProviderAt(provider, 1);
    }
}
