package io.parktls.engine.jsse;

import io.parktls.TlsContext;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.pki.DisabledAlgorithms;
import io.parktls.pki.Printable;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Creates engines around {@code SSLEngine}s: those of the preferred provider, of a given provider, or of a given
 * context.
 */
public final class JsseEngineProvider implements TlsEngineProvider {
    /** The name of ParkTLS's own security provider. */
    private static final String PARK_TLS = "ParkTLS";

    private final @Nullable Provider provider;
    private final @Nullable SSLContext sslContext;

    /**
     * Creates a provider of engines.
     *
     * @param provider the provider of the {@code SSLContext}; null for the platform's preferred provider
     * @param sslContext an existing context with its own identities and trust; null to create one for each
     *     {@link TlsContext}
     */
    public JsseEngineProvider(@Nullable Provider provider, @Nullable SSLContext sslContext) {
        this.provider = provider;
        this.sslContext = sslContext;
    }

    @Override
    public String name() {
        return "JSSE";
    }

    @Override
    public boolean bringsIdentities() {
        return sslContext != null;
    }

    @Override
    public Engines prepare(TlsContext context) {
        if (context.keyLog().isPresent()) {
            throw new IllegalArgumentException(
                    "the JSSE engine has no key log, because JSSE gives no access to its secrets: leave out"
                            + " keyLog(...), or use the Bouncy Castle engine");
        }
        requireNoUnsupportedSettings(context);
        DisabledAlgorithms disabled = DisabledAlgorithms.current();
        return sslContext == null
                ? create(context, disabled)
                : new JsseEngines(
                        context,
                        requireNoIdentitiesOrTrust(context, sslContext),
                        null,
                        disabled,
                        ForeignCalls.ofApplication(context));
    }

    /**
     * JSSE's providers make and keep sessions themselves, have no external pre-shared keys, and take no OCSP responses
     * to staple.
     */
    private static void requireNoUnsupportedSettings(TlsContext context) {
        if (context.ticketKeysConfigured()) {
            throw new IllegalArgumentException("the JSSE engine seals tickets with keys of its provider: leave out"
                    + " ticketKeys(...), or use the Bouncy Castle engine");
        }
        if (context.psk().isPresent() || context.pskLookup().isPresent()) {
            throw new IllegalArgumentException(
                    "the JSSE engine supports no external pre-shared keys: leave out psk(...)"
                            + " and pskLookup(...), or use the Bouncy Castle engine");
        }
        if (context.identities().stream()
                .anyMatch(identity -> identity.stapler().isPresent())) {
            throw new IllegalArgumentException(
                    "the JSSE engine cannot staple given OCSP responses, because JSSE servers"
                            + " only staple what they fetch themselves: leave out withStaple(...) and withStapler(...), or use"
                            + " the Bouncy Castle engine");
        }
    }

    private static SSLContext requireNoIdentitiesOrTrust(TlsContext context, SSLContext sslContext) {
        if (!context.identities().isEmpty()) {
            throw new IllegalArgumentException(
                    "the identities are those of the SSLContext that the engine was given: leave out identity(...)");
        }
        if (context.identityChooser().isPresent()) {
            throw new IllegalArgumentException("the identities are those of the SSLContext that the engine was given:"
                    + " leave out chooseIdentity(...)");
        }
        if (context.configuredTrust().isPresent()) {
            throw new IllegalArgumentException(
                    "the trust is that of the SSLContext that the engine was given: leave out trust(...)");
        }
        if (context.verifiedName().isPresent()) {
            throw new IllegalArgumentException("the trust managers of the SSLContext that the engine was given verify"
                    + " the host that a client connects to: leave out verifyName(...)");
        }
        return sslContext;
    }

    private JsseEngines create(TlsContext context, DisabledAlgorithms disabled) {
        try {
            SSLContext created = SSLContext.getInstance("TLS", provider == null ? preferred() : provider);
            ForeignCalls foreignCalls = ForeignCalls.of(context, created.getProvider());
            IdentityAdapter identities = new IdentityAdapter(context, disabled, created.getProvider());
            created.init(new KeyManager[] {identities}, new TrustManager[] {new TrustAdapter(context, disabled)}, null);
            return new JsseEngines(context, created, identities, disabled, foreignCalls);
        } catch (NoSuchAlgorithmException | KeyManagementException e) {
            throw new IllegalArgumentException(
                    "cannot create an SSLContext" + (provider == null ? "" : " of provider " + provider.getName())
                            + ": " + Printable.reasons(e),
                    e);
        }
    }

    /**
     * Returns the JVM's preferred provider other than ParkTLS itself, which a program may have registered first, and
     * whose engines would be these engines.
     */
    private static Provider preferred() throws NoSuchAlgorithmException {
        for (Provider candidate : Security.getProviders()) {
            if (!candidate.getName().equals(PARK_TLS) && candidate.getService("SSLContext", "TLS") != null) {
                return candidate;
            }
        }
        throw new NoSuchAlgorithmException("no provider of this JVM has an SSLContext for TLS");
    }

    @Override
    public String toString() {
        return "JSSE[" + (sslContext != null ? sslContext.getProvider() : provider) + "]";
    }
}
