package io.parktls.sockets;

import io.parktls.ClientAuth;
import io.parktls.LocalSigner;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsSigner;
import io.parktls.TlsTrust;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.engine.bouncycastle.TokenProvider;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;

/** The kinds of code outside ParkTLS that a server's handshake may call and that may block. */
enum ForeignCodeKind {
    TRUST_MANAGER {
        @Override
        TlsContext server(Runnable code) {
            return trusting(Servers.ENGINE, checking(code));
        }
    },
    TRUST_MANAGER_IN_TLS_1_2 {
        @Override
        TlsContext server(Runnable code) {
            return trusting(Servers.ENGINE, checking(code)).toBuilder()
                    .protocols(TlsVersion.TLS_1_2)
                    .build();
        }
    },
    AUTHORITIES_OF_A_TRUST_MANAGER {
        @Override
        TlsContext server(Runnable code) {
            return trusting(Servers.ENGINE, new Trusting() {
                @Override
                public X509Certificate[] getAcceptedIssuers() {
                    code.run();
                    return super.getAcceptedIssuers();
                }
            });
        }
    },
    KEY_IN_A_TOKEN {
        @Override
        TlsContext server(Runnable code) {
            return identified(Servers.ENGINE, token(code, false));
        }
    },
    KEY_IN_A_TOKEN_IN_TLS_1_2 {
        @Override
        TlsContext server(Runnable code) {
            return identified(Servers.ENGINE, token(code, false), TlsVersion.TLS_1_2);
        }
    },
    KEY_OF_A_REMOTE_SIGNER {
        @Override
        TlsContext server(Runnable code) {
            return identified(Servers.ENGINE, token(code, true));
        }
    },
    SIGNER {
        @Override
        TlsContext server(Runnable code) {
            return signed(Servers.ENGINE, code);
        }
    },
    SIGNER_IN_TLS_1_2 {
        @Override
        TlsContext server(Runnable code) {
            return signed(Servers.ENGINE, code, TlsVersion.TLS_1_2);
        }
    },
    JSSE_SIGNER {
        @Override
        TlsContext server(Runnable code) {
            return signed(TlsEngineProvider.jsse(), code);
        }
    },
    KEY_LOG {
        @Override
        TlsContext server(Runnable code) {
            return logging(code, "");
        }
    },
    KEY_LOG_AT_THE_END {
        @Override
        TlsContext server(Runnable code) {
            return logging(code, "EXPORTER_SECRET");
        }
    },
    KEY_LOG_IN_TLS_1_2 {
        @Override
        TlsContext server(Runnable code) {
            return logging(code, "CLIENT_RANDOM").toBuilder()
                    .protocols(TlsVersion.TLS_1_2)
                    .build();
        }
    },
    JSSE_TRUST_MANAGER {
        @Override
        TlsContext server(Runnable code) {
            return trusting(TlsEngineProvider.jsse(), checking(code));
        }
    },
    JSSE_KEY_IN_A_TOKEN {
        @Override
        TlsContext server(Runnable code) {
            return identified(TlsEngineProvider.jsse(), token(code, false));
        }
    },
    JSSE_CONTEXT_WITH_A_KEY_MANAGER {
        @Override
        TlsContext server(Runnable code) throws GeneralSecurityException {
            return given(SSLContext.getInstance("TLS"), new Keys(code));
        }
    },
    OTHER_JSSE_PROVIDER {
        @Override
        TlsContext server(Runnable code) {
            return trusting(TlsEngineProvider.jsse(bouncyCastle()), checking(code)).toBuilder()
                    .identity(TestPki.server(KeyKind.RSA_2048))
                    .build();
        }
    },
    OTHER_JSSE_CONTEXT {
        @Override
        TlsContext server(Runnable code) throws GeneralSecurityException {
            return given(SSLContext.getInstance("TLS", bouncyCastle()), new Keys(code));
        }
    };

    /** A strong reference keeps the logger's level, which is off since Bouncy Castle logs each handshake. */
    private static final Logger BOUNCY_CASTLE_LOG = Logger.getLogger("org.bouncycastle.jsse");

    private static final TlsIdentity IDENTITY = TestPki.server(KeyKind.ECDSA_P256);

    /** Creates a server's context whose handshakes run the code. */
    abstract TlsContext server(Runnable code) throws GeneralSecurityException;

    /** Creates the context of a client with a certificate. */
    TlsContext client() {
        return TestContexts.client(Servers.ENGINE)
                .identity(TestPki.client(KeyKind.ECDSA_P256))
                .build();
    }

    static TlsContext trusting(TlsEngineProvider engine, X509TrustManager manager) {
        return TestContexts.server(engine)
                .trust(TlsTrust.of(manager))
                .clientAuth(ClientAuth.WANTED)
                .build();
    }

    private static Trusting checking(Runnable code) {
        return new Trusting() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String authType) {
                code.run();
            }
        };
    }

    private static TlsContext identified(TlsEngineProvider engine, PrivateKey key, TlsVersion... versions) {
        return TestContexts.server(engine, versions)
                .identity(TlsIdentity.of(key, IDENTITY.chain().toArray(X509Certificate[]::new)))
                .build();
    }

    private static TlsContext signed(TlsEngineProvider engine, Runnable code, TlsVersion... versions) {
        TlsSigner signer = (scheme, message) -> {
            code.run();
            return LocalSigner.sign(IDENTITY.privateKey(), scheme, message);
        };
        return TestContexts.server(engine, versions)
                .identity(LocalSigner.identity(IDENTITY, signer))
                .build();
    }

    /** Registers the provider, and leaves it registered, since the platform looks up the provider of a key. */
    private static PrivateKey token(Runnable code, boolean encoding) {
        String name = "HeldToken" + System.identityHashCode(code);
        TokenProvider token = new TokenProvider(name, code);
        Security.addProvider(token);
        return encoding ? token.storeWithEncoding(IDENTITY.privateKey()) : token.store(IDENTITY.privateKey());
    }

    /** Removes the providers of the tokens. */
    static void forgetTokens() {
        for (Provider provider : Security.getProviders()) {
            if (provider instanceof TokenProvider) {
                Security.removeProvider(provider.getName());
            }
        }
    }

    private static TlsContext logging(Runnable code, String label) {
        return TestContexts.server(Servers.ENGINE)
                .keyLog(line -> {
                    if (line.startsWith(label)) {
                        code.run();
                    }
                })
                .build();
    }

    private static Provider bouncyCastle() {
        BOUNCY_CASTLE_LOG.setLevel(Level.OFF);
        return new BouncyCastleJsseProvider(new BouncyCastleProvider());
    }

    private static TlsContext given(SSLContext context, KeyManager keys) throws GeneralSecurityException {
        context.init(new KeyManager[] {keys}, null, null);
        return TlsContext.builder().engine(TlsEngineProvider.jsse(context)).build();
    }

    /** A trust manager that accepts every certificate. */
    static class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** A key manager with the single identity of the tests. */
    private static final class Keys extends X509ExtendedKeyManager {
        private final Runnable code;

        Keys(Runnable code) {
            this.code = code;
        }

        @Override
        public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
            code.run();
            return keyType.startsWith("EC") ? "it" : null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return IDENTITY.chain().toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return IDENTITY.privateKey();
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[] {"it"};
        }

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return null;
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return chooseEngineServerAlias(keyType, issuers, null);
        }
    }
}
