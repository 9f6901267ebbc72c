package io.parktls.engine;

/**
 * Which security provider's ciphers protect records, where the default engine is given providers besides those of the
 * JDK.
 */
public enum RecordCiphers {
    /**
     * The fastest on this processor, for each algorithm, direction and size of records. The JDK's ciphers protect the
     * first 20,000 records with an algorithm, until the JIT compiler has optimized them. Then a thread measures for a
     * few milliseconds, once for each engine. The log says which were chosen.
     */
    MEASURED,

    /** Those of the JDK. */
    JDK,

    /** Those of the first given provider that has the algorithm, and those of the JDK for other algorithms. */
    PREFERRED
}
