package io.parktls.engine.bouncycastle;

import io.parktls.CipherSuite;
import io.parktls.engine.RecordCiphers;
import io.parktls.record.AeadAlgorithm;
import io.parktls.record.AeadCiphers;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The ciphers for records that an engine uses, for each algorithm that this JVM has. Immutable. */
final class CipherSelection {
    /** The JDK's. */
    static final CipherSelection JDK = new CipherSelection(PreferredProviders.NONE, RecordCiphers.JDK);

    private final Map<AeadAlgorithm, AeadCiphers> ciphers = new EnumMap<>(AeadAlgorithm.class);

    CipherSelection(PreferredProviders preferred, RecordCiphers selection) {
        Arrays.stream(AeadAlgorithm.values())
                .filter(AeadAlgorithm::isAvailable)
                .forEach(algorithm -> ciphers.put(
                        algorithm,
                        switch (selection) {
                            case JDK -> algorithm.ciphers();
                            case PREFERRED -> AeadCiphers.preferred(algorithm, preferred.providers());
                            case MEASURED -> AeadCiphers.measured(algorithm, preferred.providers());
                        }));
    }

    /** Returns the ciphers of a suite. */
    AeadCiphers of(CipherSuite suite) {
        AeadCiphers found = ciphers.get(AeadAlgorithm.of(suite));
        if (found == null) {
            throw new IllegalStateException("no security provider of this JVM supports " + suite);
        }
        return found;
    }

    @Override
    public String toString() {
        return ciphers.values().stream().map(AeadCiphers::toString).collect(Collectors.joining(", "));
    }
}
