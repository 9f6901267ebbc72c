package io.parktls.pki;

import org.jspecify.annotations.Nullable;

/**
 * One block of PEM (RFC 7468).
 *
 * @param label the text after BEGIN
 * @param content the decoded bytes, not a copy; empty for a block of {@link PemLabel.Kind#OTHER}, which is not decoded
 * @param encryption the encryption that the headers name (RFC 1421 4.6); null if there is none
 * @param line the line that the block begins in, counted from 1
 */
@SuppressWarnings("ArrayRecordComponent") // the arrays are not compared
record PemBlock(PemLabel label, byte[] content, @Nullable Encryption encryption, int line) {
    /**
     * The header {@code DEK-Info} of a key that OpenSSL has encrypted in its older way.
     *
     * @param cipher the name of the cipher; empty if the header is missing
     * @param iv the initialization vector; null if it is missing or not in hexadecimal
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Encryption(String cipher, byte @Nullable [] iv) {
        @Override
        public String toString() {
            return "Encryption";
        }
    }

    /** The label and the line; nothing of the content. */
    @Override
    public String toString() {
        return label + " in line " + line;
    }
}
