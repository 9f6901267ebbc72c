package io.parktls.sockets;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the PROXY protocol as HAProxy's {@code proxy-protocol.txt} has it, to the letter: who sends anything else is not the
 * proxy. Messages quote nothing of what came, which may be anything.
 */
final class ProxyHeaderParser {
    /** The most that a header may take, in bytes. Version 2 could have 64 KiB of extensions; nobody sends that. */
    static final int MOST = 4_096;

    private static final byte[] SIGNATURE_1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SIGNATURE_2 = {0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 'Q', 'U', 'I', 'T', 0x0A};

    /** The longest line of version 1, with CR and LF. */
    private static final int LINE = 107;

    private static final int HEADER_2 = 16;
    private static final int UNIX_PATH = 108;

    /** One space each, no signs, no leading zeros. */
    private static final Pattern LINE_1 = Pattern.compile(
            "PROXY (TCP[46]) ([0-9a-fA-F:.]{2,39}) ([0-9a-fA-F:.]{2,39}) (0|[1-9]\\d{0,4}) (0|[1-9]\\d{0,4})");

    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile("(?:" + OCTET + "\\.){3}" + OCTET);

    private ProxyHeaderParser() {}

    /**
     * Reads a header.
     *
     * @param in what has arrived; afterwards what follows the header, or untouched if that is not whole yet
     * @return null if it is not whole yet
     * @throws ProtocolException if it cannot become one
     */
    static @Nullable ProxyHeader parse(ByteBuffer in) throws ProtocolException {
        if (startsLike(in, SIGNATURE_1)) {
            return in.remaining() < SIGNATURE_1.length ? null : version1(in);
        }
        if (startsLike(in, SIGNATURE_2)) {
            return in.remaining() < HEADER_2 ? null : version2(in);
        }
        throw new ProtocolException("no PROXY header: not from a proxy, or the proxy does not send it");
    }

    private static boolean startsLike(ByteBuffer in, byte[] signature) {
        int length = Math.min(in.remaining(), signature.length);
        return in.slice(in.position(), length).equals(ByteBuffer.wrap(signature, 0, length));
    }

    // ---- version 1: a line of text

    private static @Nullable ProxyHeader version1(ByteBuffer in) throws ProtocolException {
        int length = Math.min(in.remaining(), LINE);
        byte[] bytes = new byte[length];
        in.get(in.position(), bytes);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n");
        if (end < 0) {
            if (length == LINE) {
                throw malformed(1, "no end of line within " + LINE + " bytes");
            }
            return null;
        }
        in.position(in.position() + end + 2);
        String line = text.substring(0, end);
        if (line.equals("PROXY UNKNOWN") || line.startsWith("PROXY UNKNOWN ")) {
            return new ProxyHeader(1, null, null);
        }
        Matcher matcher = LINE_1.matcher(line);
        if (!matcher.matches()) {
            throw malformed(1, "not PROXY, a protocol, two addresses and two ports");
        }
        boolean ipv4 = matcher.group(1).equals("TCP4");
        return new ProxyHeader(
                1,
                address(ipv4, matcher.group(2), matcher.group(4)),
                address(ipv4, matcher.group(3), matcher.group(5)));
    }

    private static InetSocketAddress address(boolean ipv4, String host, String port) throws ProtocolException {
        int number = Integer.parseInt(port);
        if (number > 65_535 || ipv4 != IPV4.matcher(host).matches()) {
            throw malformed(1, "an address or a port that is none");
        }
        try {
            return new InetSocketAddress(InetAddress.ofLiteral(host), number);
        } catch (IllegalArgumentException e) {
            throw malformed(1, "an address or a port that is none");
        }
    }

    // ---- version 2: binary

    private static @Nullable ProxyHeader version2(ByteBuffer in) throws ProtocolException {
        ByteBuffer header = in.slice();
        header.position(SIGNATURE_2.length);
        int versionAndCommand = header.get();
        int family = header.get() & 0xFF;
        int length = header.getShort() & 0xFFFF;
        if (versionAndCommand != 0x20 && versionAndCommand != 0x21) {
            throw malformed(2, "unknown version or command");
        }
        if (HEADER_2 + length > MOST) {
            throw malformed(2, "more than " + MOST + " bytes");
        }
        if (header.remaining() < length) {
            return null;
        }
        in.position(in.position() + HEADER_2 + length);
        ByteBuffer body = header.slice(HEADER_2, length);
        if (versionAndCommand == 0x20) {
            return new ProxyHeader(2, null, null);
        }
        ProxyHeader result = addresses(family, body);
        skipExtensions(body);
        return result;
    }

    private static ProxyHeader addresses(int family, ByteBuffer body) throws ProtocolException {
        return switch (family) {
            case 0x00 -> unspecified(body);
            case 0x11 -> internet(body, 4);
            case 0x21 -> internet(body, 16);
            case 0x31 -> {
                require(body, 2 * UNIX_PATH);
                yield new ProxyHeader(2, unix(body), unix(body));
            }
            default -> throw malformed(2, "not a stream of a known address family");
        };
    }

    /** What follows is for nobody to understand. */
    private static ProxyHeader unspecified(ByteBuffer body) {
        body.position(body.limit());
        return new ProxyHeader(2, null, null);
    }

    private static ProxyHeader internet(ByteBuffer body, int size) throws ProtocolException {
        require(body, 2 * (size + Short.BYTES));
        InetAddress source = address(body, size);
        InetAddress destination = address(body, size);
        int sourcePort = body.getShort() & 0xFFFF;
        int destinationPort = body.getShort() & 0xFFFF;
        return new ProxyHeader(
                2, new InetSocketAddress(source, sourcePort), new InetSocketAddress(destination, destinationPort));
    }

    private static InetAddress address(ByteBuffer body, int size) throws ProtocolException {
        byte[] bytes = new byte[size];
        body.get(bytes);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw malformed(2, "an address that is none");
        }
    }

    private static SocketAddress unix(ByteBuffer body) throws ProtocolException {
        byte[] bytes = new byte[UNIX_PATH];
        body.get(bytes);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        try {
            return UnixDomainSocketAddress.of(new String(Arrays.copyOf(bytes, length), StandardCharsets.UTF_8));
        } catch (InvalidPathException e) {
            throw malformed(2, "a path that is none");
        }
    }

    /** Type, length, value; they have to fit exactly. */
    private static void skipExtensions(ByteBuffer body) throws ProtocolException {
        while (body.hasRemaining()) {
            require(body, 3);
            body.get();
            int length = body.getShort() & 0xFFFF;
            require(body, length);
            body.position(body.position() + length);
        }
    }

    private static void require(ByteBuffer body, int length) throws ProtocolException {
        if (body.remaining() < length) {
            throw malformed(2, "shorter than what it contains");
        }
    }

    private static ProtocolException malformed(int version, String what) {
        return new ProtocolException("malformed PROXY header, version " + version + ": " + what);
    }
}
