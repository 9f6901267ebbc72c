package io.parktls.tickets;

/** States that key material cannot be used. The message names its origin and the problem, and never quotes it. */
final class KeyMaterialException extends IllegalArgumentException {
    KeyMaterialException(String message) {
        super(message);
    }
}
