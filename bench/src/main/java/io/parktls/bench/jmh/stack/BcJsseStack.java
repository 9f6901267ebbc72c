package io.parktls.bench.jmh.stack;

import io.parktls.NamedGroup;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLParameters;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;

/** BCJSSE with Bouncy Castle's own cryptography, set up as in its guide. */
final class BcJsseStack extends JsseStack {
    /** Kept in a field: otherwise the logger and its level could be garbage collected. */
    private static final Logger LOG = Logger.getLogger("org.bouncycastle.jsse");

    static {
        // By default BCJSSE logs several lines for each connection.
        LOG.setLevel(Level.OFF);
    }

    BcJsseStack(Terms terms, Pki pki) throws GeneralSecurityException {
        this(terms, pki, new BouncyCastleJsseProvider(new BouncyCastleProvider()));
    }

    private BcJsseStack(Terms terms, Pki pki, Provider provider) throws GeneralSecurityException {
        super(
                provider,
                terms,
                terms.suite(),
                pki.keyManagers("PKIX", provider),
                pki.trustManagers(provider),
                new Wire(false, Wire.LARGEST_RECORD));
    }

    /** Adds the curve of the key: BCJSSE signs with an ECDSA key only if its curve is among the groups. */
    @Override
    SSLParameters parameters(Terms agreed) {
        SSLParameters parameters = super.parameters(agreed);
        parameters.setNamedGroups(new String[] {agreed.group().standardName(), NamedGroup.SECP256R1.standardName()});
        return parameters;
    }
}
