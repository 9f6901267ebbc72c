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
 * Parses headers of the PROXY protocol, version 1 and 2, strictly as HAProxy's {@code proxy-protocol.txt} specifies
 * them. Anything else was not sent by the proxy. Exception messages quote no input, since it may contain secrets.
 */
final class ProxyHeaderParser {
    /** The maximum size of a header, in bytes. Version 2 allows 64 KiB of extensions, but no proxy sends that many. */
    static final int MAX_SIZE = 4_096;

    private static final byte[] SIGNATURE_1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SIGNATURE_2 = {0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 'Q', 'U', 'I', 'T', 0x0A};

    /** The maximum length of a version 1 line, including CR and LF. */
    private static final int LINE = 107;

    /** The size of the fixed part of a version 2 header. */
    private static final int HEADER_2 = 16;

    private static final int UNIX_PATH = 108;

    /** Fields are separated by single spaces; ports have no sign and no leading zeros. */
    private static final Pattern LINE_1 = Pattern.compile(
            "PROXY (TCP[46]) ([0-9a-fA-F:.]{2,39}) ([0-9a-fA-F:.]{2,39}) (0|[1-9]\\d{0,4}) (0|[1-9]\\d{0,4})");

    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile("(?:" + OCTET + "\\.){3}" + OCTET);

    private ProxyHeaderParser() {}

    /**
     * Parses a header.
     *
     * @param in the input so far; its position is moved behind the header, or not at all if the header is incomplete
     * @return the header; null if it is incomplete
     * @throws ProtocolException if the input cannot become a valid header
     */
    static @Nullable ProxyHeader parse(ByteBuffer in) throws ProtocolException {
        if (startsLike(in, SIGNATURE_1)) {
            return in.remaining() < SIGNATURE_1.length ? null : version1(in);
        }
        if (startsLike(in, SIGNATURE_2)) {
            return in.remaining() < HEADER_2 ? null : version2(in);
        }
        throw new ProtocolException(
                "no PROXY header: the client is not the proxy, or the proxy is not configured to send the header");
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
                throw malformed(1, "the line does not end within " + LINE + " bytes");
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
            throw malformed(1, "the line does not consist of PROXY, a protocol, two addresses and two ports");
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
            throw malformed(1, "an address or a port is invalid");
        }
        try {
            return new InetSocketAddress(InetAddress.ofLiteral(host), number);
        } catch (IllegalArgumentException e) {
            throw malformed(1, "an address or a port is invalid");
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
        if (HEADER_2 + length > MAX_SIZE) {
            throw malformed(2, "the header has more than " + MAX_SIZE + " bytes");
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
            default -> throw malformed(2, "unknown address family, or not a stream protocol");
        };
    }

    /** Skips the rest of the header, which has no defined format in this case. */
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
            throw malformed(2, "an address is invalid");
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
            throw malformed(2, "a path is invalid");
        }
    }

    /** Skips the extensions, each a type, a length and a value, which must fill the body exactly. */
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
            throw malformed(2, "the header is shorter than its content");
        }
    }

    private static ProtocolException malformed(int version, String reason) {
        return new ProtocolException("malformed PROXY header, version " + version + ": " + reason);
    }
}
