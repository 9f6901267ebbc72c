package io.parktls.platform;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.Provider;
import java.security.Security;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.conscrypt.Conscrypt;

/** Orders of providers that programs and distributions configure. */
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
    /** The JDK's providers in the opposite order, with the token provider first. */
    JDK_REVERSED {
        @Override
        void set() {
            for (Provider provider : Security.getProviders()) {
                Security.removeProvider(provider.getName());
                first(provider);
            }
        }
    },
    /** First a provider that claims every algorithm and fails to create any object. */
    BROKEN_FIRST {
        @Override
        void set() {
            first(new BrokenProvider(BrokenProvider.Point.CREATION));
        }
    },
    /** First a provider whose objects accept keys and fail only when used, for example when signing. */
    BROKEN_LATER_FIRST {
        @Override
        void set() {
            first(new BrokenProvider(BrokenProvider.Point.USE));
        }
    },
    /** Bouncy Castle's provider instead of SunJCE. */
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
