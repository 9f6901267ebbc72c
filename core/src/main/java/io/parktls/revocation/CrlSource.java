package io.parktls.revocation;

import io.parktls.pki.Printable;
import java.security.cert.X509CRL;
import java.util.List;

/** CRLs that the application gives, as objects or in a file. Thread-safe. */
public sealed interface CrlSource permits CrlSource.Given, CrlFile {
    /** Returns the current CRLs. */
    List<X509CRL> crls();

    /** Returns the name of the source in messages. */
    String name(X509CRL crl);

    /**
     * CRLs that never change.
     *
     * @param crls the CRLs
     */
    record Given(List<X509CRL> crls) implements CrlSource {
        /** Copies the list. */
        public Given {
            crls = List.copyOf(crls);
        }

        @Override
        public String name(X509CRL crl) {
            return "the CRL of " + Printable.of(crl.getIssuerX500Principal().getName())
                    + " that the application has given";
        }
    }
}
