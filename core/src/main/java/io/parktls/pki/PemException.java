package io.parktls.pki;

/** What is wrong with the content of a file. It becomes an {@link IllegalArgumentException} that names the file. */
final class PemException extends Exception {
    private static final long serialVersionUID = 1L;

    PemException(String message) {
        super(message);
    }

    PemException(String message, Throwable cause) {
        super(message, cause);
    }
}
