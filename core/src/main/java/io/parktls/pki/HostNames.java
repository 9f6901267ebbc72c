package io.parktls.pki;

import java.net.IDN;
import java.net.Inet6Address;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Parses host names and IP addresses, and converts them to the normal form in which they are compared.
 *
 * <p>No method uses the network.
 */
public final class HostNames {
    private static final int MAX_NAME_LENGTH = 253;
    private static final int MAX_LABEL_LENGTH = 63;

    private HostNames() {}

    /**
     * Whether a text is an IP address: IPv4 in dotted decimal notation, or IPv6 in any textual form, also in brackets
     * or with a zone.
     */
    public static boolean isAddress(String host) {
        return toAddress(host) != null;
    }

    /**
     * Whether a text can be a host name: it consists of letters, digits, hyphens, underscores and characters that IDNA
     * converts to those. A trailing dot is allowed.
     */
    public static boolean isName(String host) {
        return toAscii(host) != null;
    }

    /**
     * Returns a host name in lower case, as A-labels and without a trailing dot, which is the form in certificates and
     * SNI. Returns null if the text is not a host name.
     */
    public static @Nullable String toAscii(String host) {
        String name = isAscii(host) ? host : idnToAscii(host);
        if (name == null) {
            return null;
        }
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
            return null;
        }
        String[] labels = name.split("\\.", -1);
        for (String label : labels) {
            if (!isLabel(label)) {
                return null;
            }
        }
        // RFC 1123 2.1: a text whose last label is a number is an IP address or a mistyped one. Some resolvers accept
        // "127.1" as an address.
        return isNumber(labels[labels.length - 1]) ? null : name.toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the 4 or 16 bytes of an IP address, or null if the text is not one. An IPv4-mapped IPv6 address yields
     * 4 bytes, because connections to it use IPv4.
     */
    static byte @Nullable [] toAddress(String host) {
        if (host.indexOf(':') < 0) {
            return toAddress4(host);
        }
        String text = host;
        if (text.startsWith("[") && text.endsWith("]")) {
            text = text.substring(1, text.length() - 1);
        }
        int zone = text.indexOf('%');
        if (zone >= 0) {
            // A zone has a meaning on this machine only (RFC 4007 11.2), so certificates do not contain it.
            if (zone == text.length() - 1) {
                return null;
            }
            text = text.substring(0, zone);
        }
        if (!text.chars().allMatch(c -> c == ':' || c == '.' || Character.digit(c, 16) >= 0)) {
            return null;
        }
        try {
            return Inet6Address.ofLiteral(text).getAddress();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static byte @Nullable [] toAddress4(String host) {
        if (host.isEmpty() || host.charAt(host.length() - 1) > '9') {
            // A fast path for host names, most of which end with a letter.
            return null;
        }
        String[] parts = host.split("\\.", -1);
        if (parts.length != 4) {
            return null;
        }
        byte[] address = new byte[4];
        for (int i = 0; i < 4; i++) {
            String part = parts[i];
            if (part.isEmpty() || part.length() > 3 || !isNumber(part)) {
                return null;
            }
            // Reject leading zeros: some resolvers parse such a number as octal, others as decimal.
            int value = Integer.parseInt(part);
            if (value > 255 || (part.length() > 1 && part.charAt(0) == '0')) {
                return null;
            }
            address[i] = (byte) value;
        }
        return address;
    }

    private static @Nullable String idnToAscii(String host) {
        try {
            // RFC 3490 4: a name that is looked up may contain code points that this version of IDNA does not assign.
            return IDN.toASCII(host, IDN.ALLOW_UNASSIGNED);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean isLabel(String label) {
        if (label.isEmpty() || label.length() > MAX_LABEL_LENGTH) {
            return false;
        }
        for (int i = 0; i < label.length(); i++) {
            char c = label.charAt(i);
            if (!isDigit(c) && !isLetter(c) && c != '-' && c != '_') {
                return false;
            }
        }
        return true;
    }

    private static boolean isNumber(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }
}
