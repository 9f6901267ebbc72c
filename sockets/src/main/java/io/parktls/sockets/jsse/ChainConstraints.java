package io.parktls.sockets.jsse;

import io.parktls.TlsAlert;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.pki.Printable;
import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Applies the {@code AlgorithmConstraints} of a socket to the peer's chain. */
final class ChainConstraints {
    private static final Set<CryptoPrimitive> SIGNATURE = Set.of(CryptoPrimitive.SIGNATURE);

    private ChainConstraints() {}

    /**
     * Returns normally if the constraints permit the key of each certificate, and the signature of each except that of
     * a self-issued certificate at the end, which proves nothing.
     *
     * @throws TlsPeerUnverifiedException if they do not
     */
    static void check(AlgorithmConstraints constraints, List<X509Certificate> chain) throws TlsPeerUnverifiedException {
        for (X509Certificate certificate : chain) {
            boolean anchor = certificate == chain.getLast()
                    && certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal());
            if (!constraints.permits(SIGNATURE, certificate.getPublicKey())
                    || (!anchor
                            && !constraints.permits(SIGNATURE, certificate.getSigAlgName(), parameters(certificate)))) {
                String message = "the algorithm constraints do not permit the certificate "
                        + Printable.subject(certificate) + ", signed with " + certificate.getSigAlgName();
                throw new TlsPeerUnverifiedException(
                        message, TlsAlert.BAD_CERTIFICATE, new CertificateException(message));
            }
        }
    }

    private static @Nullable AlgorithmParameters parameters(X509Certificate certificate) {
        byte[] encoded = certificate.getSigAlgParams();
        if (encoded == null) {
            return null;
        }
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance(certificate.getSigAlgName());
            parameters.init(encoded);
            return parameters;
        } catch (GeneralSecurityException | java.io.IOException e) {
            // Constraints decide by the name alone, as for algorithms without parameters.
            return null;
        }
    }
}
