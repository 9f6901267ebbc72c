package io.parktls.pki;

/** STUB: written by a helper. */
public final class HostNames {
    private HostNames() {}

    public static boolean isAddress(String host) {
        return false;
    }

    public static boolean isName(String host) {
        return true;
    }
}
