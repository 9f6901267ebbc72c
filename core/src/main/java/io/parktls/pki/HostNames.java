package io.parktls.pki;

import java.net.IDN;
import java.net.Inet6Address;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Host names and IP addresses as people write them, and the one form in which they are compared.
 *
 * <p>Nothing here asks the network.
 */
public final class HostNames {
    private static final int LONGEST_NAME = 253;
    private static final int LONGEST_LABEL = 63;

    private HostNames() {}

    /** Whether that is an IP address: a dotted quad, or IPv6 in any textual form, also in brackets or with a zone. */
    public static boolean isAddress(String host) {
        return toAddress(host) != null;
    }

    /**
     * Whether that can be a host's name: letters, digits, hyphens, underscores and whatever IDNA turns into those. It may
     * end with the dot of the root.
     */
    public static boolean isName(String host) {
        return toAscii(host) != null;
    }

    /**
     * The name in lower case, as A-labels, without a trailing dot: the form that certificates and SNI use. Null if it is
     * no name.
     */
    public static @Nullable String toAscii(String host) {
        String name = isAscii(host) ? host : idnToAscii(host);
        if (name == null) {
            return null;
        }
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            return null;
        }
        String[] labels = name.split("\\.", -1);
        for (String label : labels) {
            if (!isLabel(label)) {
                return null;
            }
        }
        // RFC 1123 2.1: what ends in a number is an address, or a mistyped one; resolvers take "127.1" for an address.
        return isNumber(labels[labels.length - 1]) ? null : name.toLowerCase(Locale.ROOT);
    }

    /** The 4 or 16 bytes of an address; 4 for one of IPv4 mapped to IPv6, which is where it leads. Null if it is none. */
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
            // A zone is of this machine (RFC 4007 11.2): no certificate names it.
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
            // A host's name, as a rule.
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
            // A leading zero means octal to some resolvers and nothing to others.
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
            // RFC 3490 4: a name to look up may hold code points that are newer than this table.
            return IDN.toASCII(host, IDN.ALLOW_UNASSIGNED);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean isLabel(String label) {
        if (label.isEmpty() || label.length() > LONGEST_LABEL) {
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
