package io.parktls.bench.tool;

import io.parktls.pki.Secrets;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A host and a port, with their text form.
 *
 * @param host a name or an address without brackets; empty if the text has only a port
 * @param port 0 to 65535
 */
public record Endpoint(String host, int port) {
    /** An IPv6 address is in brackets, which separate its colons from that of the port (RFC 3986 3.2.2). */
    private static final Pattern FORM = Pattern.compile("(?:(?:\\[([^]]+)]|([^:\\[\\]]*)):)?(\\d{1,5})");

    /**
     * Parses {@code host:port}, {@code [address]:port} or {@code port}.
     *
     * @throws IllegalArgumentException if the text has none of these forms
     */
    public static Endpoint of(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(Secrets.quotedHost(text) + " is not HOST:PORT (IPv6: [ADDRESS]:PORT)");
        }
        int port = Integer.parseInt(matcher.group(3));
        if (port > 65_535) {
            throw new IllegalArgumentException(Secrets.quotedHost(text) + ": there is no port above 65535");
        }
        String bracketed = matcher.group(1);
        String bare = matcher.group(2);
        return new Endpoint(bracketed != null ? bracketed : bare != null ? bare : "", port);
    }

    /** The text form of a socket's address, or its string representation if it has no IP address. */
    public static String text(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? new Endpoint(inet.getAddress().getHostAddress(), inet.getPort()).toString()
                : String.valueOf(address);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
