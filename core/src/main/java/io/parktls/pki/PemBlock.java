package io.parktls.pki;

import org.jspecify.annotations.Nullable;

/**
 * A block of a PEM text (RFC 7468).
 *
 * @param label the label in the boundaries
 * @param content the decoded bytes, not a copy; empty for a block of {@link PemLabel.Kind#OTHER}, which is not decoded
 * @param encryption the encryption that the headers declare (RFC 1421 4.6); null if there is none
 * @param line the line at which the block begins, counted from 1
 */
@SuppressWarnings("ArrayRecordComponent") // the arrays are not compared
record PemBlock(PemLabel label, byte[] content, @Nullable Encryption encryption, int line) {
    /**
     * The header {@code DEK-Info} of a key that is encrypted in OpenSSL's traditional format.
     *
     * @param cipher the name of the cipher; empty if the header is missing
     * @param iv the initialization vector; null if it is missing or not hexadecimal
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Encryption(String cipher, byte @Nullable [] iv) {
        @Override
        public String toString() {
            return "Encryption";
        }
    }

    /** Returns the label and the line, without the content. */
    @Override
    public String toString() {
        return label + " at line " + line;
    }
}
