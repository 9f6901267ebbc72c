package io.parktls.ocsp;

import java.io.IOException;
import java.io.OutputStream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.OperatorCreationException;

/** Computes hashes by the identifier of their algorithm. */
final class Digests {
    private Digests() {}

    static byte[] of(DigestCalculatorProvider digests, ASN1ObjectIdentifier algorithm, byte[] content)
            throws OperatorCreationException, IOException {
        DigestCalculator calculator = digests.get(new AlgorithmIdentifier(algorithm));
        try (OutputStream output = calculator.getOutputStream()) {
            output.write(content);
        }
        return calculator.getDigest();
    }
}
