package io.parktls.pki;

/**
 * A problem with the content of a file. It becomes an {@link IllegalArgumentException} that names the file. It has no
 * cause: the messages of parsers quote their input, which may be a key.
 */
final class PemException extends Exception {
    private static final long serialVersionUID = 1L;

    PemException(String message) {
        super(message);
    }
}
