package io.parktls.wire;

import static io.parktls.wire.HelloBytes.filled;
import static io.parktls.wire.WireBytes.bytes;
import static io.parktls.wire.WireBytes.join;
import static io.parktls.wire.WireBytes.number;
import static io.parktls.wire.WireBytes.vector;

import io.parktls.Fuzz;
import io.parktls.TlsAlert;
import io.parktls.wire.HelloBytes.Extension;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Generates random hellos with known faults. It begins with a valid hello, varies what may vary, and adds up to three
 * faults whose alerts are known.
 */
public final class HelloGenerator {
    private final Random random;
    private final HelloBytes hello;
    private final Set<TlsAlert> alerts = EnumSet.noneOf(TlsAlert.class);
    private final List<String> faults = new ArrayList<>();

    /** The extensions whose bodies already have a fault; a second fault could undo the first. */
    private final Set<Integer> spoiled = new HashSet<>();

    /**
     * A hello and its faults.
     *
     * @param alerts the alerts with which it may be refused; empty if it must be accepted
     * @param faults the descriptions of the faults, for reports
     */
    public record Generated(byte[] message, Set<TlsAlert> alerts, List<String> faults) {}

    private HelloGenerator(Random random, HelloBytes hello) {
        this.random = random;
        this.hello = hello;
    }

    // ---- ClientHello

    /** Generates a ClientHello of either version, for a server of both. */
    public static Generated client(Random random) {
        boolean tls13 = random.nextInt(3) > 0;
        HelloGenerator generator = new HelloGenerator(random, tls13 ? HelloBytes.client() : HelloBytes.client12());
        generator.varyClient(tls13);
        for (int count = random.nextInt(4); count > 0; count--) {
            generator.spoilClient(tls13);
        }
        return generator.generated();
    }

    private void varyClient(boolean tls13) {
        hello.sessionId(vector(1, Fuzz.bytes(random, random.nextInt(33)))).random(Fuzz.bytes(random, 32));
        if (random.nextInt(4) == 0) {
            hello.suites(vector(2, bytes("5A5A 1301 C02B 1302 C02F 0005 00FF"), new byte[2 * random.nextInt(30)]));
        }
        for (int count = random.nextInt(3); count > 0; count--) {
            hello.with(0x5000 + random.nextInt(500), Fuzz.bytes(random, random.nextInt(40)));
        }
        maybe(() -> hello.without(ExtensionType.SERVER_NAME));
        maybe(() -> hello.without(ExtensionType.EC_POINT_FORMATS));
        maybe(() -> hello.without(ExtensionType.SESSION_TICKET));
        maybe(() -> hello.with(ExtensionType.STATUS_REQUEST, bytes("01 0000 0000")));
        maybe(() -> hello.with(ExtensionType.SIGNED_CERTIFICATE_TIMESTAMP, new byte[0]));
        maybe(() -> hello.with(ExtensionType.ENCRYPT_THEN_MAC, new byte[0]));
        maybe(() -> hello.with(ExtensionType.PADDING, new byte[random.nextInt(300)]));
        maybe(() -> hello.with(ExtensionType.RECORD_SIZE_LIMIT, number(2, random.nextInt(64, 16385))));
        maybe(() -> hello.with(ExtensionType.COMPRESS_CERTIFICATE, bytes("02 0002")));
        maybe(() -> hello.with(ExtensionType.POST_HANDSHAKE_AUTH, new byte[0]));
        maybe(() -> hello.with(ExtensionType.SIGNATURE_ALGORITHMS_CERT, bytes("0004 0403 0804")));
        if (tls13) {
            maybe(() -> hello.with(ExtensionType.SUPPORTED_VERSIONS, bytes("08 7A7A 0303 0304 0302")));
            maybe(() -> hello.with(ExtensionType.KEY_SHARE, bytes("0000")));
        }
        maybe(() -> Collections.shuffle(hello.extensions, random));
        if (tls13) {
            // RFC 8446 4.2.11: it must be the last extension.
            maybe(() -> hello.add(ExtensionType.PRE_SHARED_KEY, preSharedKeys(1 + random.nextInt(4))));
        }
    }

    /** Returns identities that no server knows, with their binders. */
    private byte[] preSharedKeys(int count) {
        byte[] identities = {};
        byte[] binders = {};
        for (int i = 0; i < count; i++) {
            byte[] identity = Fuzz.bytes(random, random.nextInt(1, 300));
            identities = join(identities, vector(2, identity), Fuzz.bytes(random, 4));
            binders = join(binders, vector(1, Fuzz.bytes(random, random.nextInt(32, 49))));
        }
        return join(vector(2, identities), vector(2, binders));
    }

    private void maybe(Runnable variation) {
        if (random.nextInt(5) == 0) {
            variation.run();
        }
    }

    private void spoilClient(boolean tls13) {
        switch (random.nextInt(14)) {
            case 12, 13 -> spoilPreSharedKeys(tls13);
            case 0 -> fault("old version", TlsAlert.PROTOCOL_VERSION, () -> hello.version(random.nextInt(0x0301)));
            case 1 ->
                fault(
                        "long session id",
                        TlsAlert.DECODE_ERROR,
                        () -> hello.sessionId(vector(1, new byte[random.nextInt(33, 256)])));
            case 2 ->
                fault(
                        "odd cipher suites",
                        TlsAlert.DECODE_ERROR,
                        () -> hello.suites(vector(2, new byte[2 * random.nextInt(9) + 1])));
            case 3 -> fault("no cipher suites", TlsAlert.DECODE_ERROR, () -> hello.suites(vector(2)));
            case 4 -> fault("no compression methods", TlsAlert.DECODE_ERROR, () -> hello.compression(vector(1)));
            case 5 ->
                fault(
                        "a compression method that is not null",
                        TlsAlert.ILLEGAL_PARAMETER,
                        () -> hello.compression(vector(1, number(1, random.nextInt(1, 256)))));
            case 6 -> lackClient(tls13);
            case 7 ->
                fault(
                        "a host name with a null byte",
                        TlsAlert.ILLEGAL_PARAMETER,
                        () -> hello.with(ExtensionType.SERVER_NAME, HelloBytes.serverName("a\0.test")));
            default -> spoilAny();
        }
    }

    /** RFC 8446 4.2.9, 4.2.11: the faults of pre_shared_key that are not faults of its syntax alone. */
    private void spoilPreSharedKeys(boolean tls13) {
        if (!tls13 || has(ExtensionType.PRE_SHARED_KEY) || !spoiled.add(ExtensionType.PRE_SHARED_KEY)) {
            return;
        }
        switch (random.nextInt(3)) {
            case 0 ->
                fault(
                        "pre_shared_key before the end",
                        TlsAlert.ILLEGAL_PARAMETER,
                        () -> hello.add(ExtensionType.PRE_SHARED_KEY, preSharedKeys(1))
                                .add(0x7777, new byte[0]));
            case 1 ->
                fault(
                        "pre_shared_key without psk_key_exchange_modes",
                        TlsAlert.MISSING_EXTENSION,
                        () -> hello.without(ExtensionType.PSK_KEY_EXCHANGE_MODES)
                                .add(ExtensionType.PRE_SHARED_KEY, preSharedKeys(2)));
            default ->
                fault(
                        "fewer binders than identities",
                        TlsAlert.ILLEGAL_PARAMETER,
                        () -> hello.add(ExtensionType.PRE_SHARED_KEY, withoutBinder(preSharedKeys(2))));
        }
    }

    private boolean has(int type) {
        return hello.extensions.stream().anyMatch(extension -> extension.type() == type);
    }

    /** Removes all binders but one of 32 bytes. */
    private static byte[] withoutBinder(byte[] keys) {
        int identities = 2 + ((keys[0] & 0xFF) << 8 | keys[1] & 0xFF);
        return join(Arrays.copyOf(keys, identities), vector(2, vector(1, new byte[32])));
    }

    private void lackClient(boolean tls13) {
        int[] needed = {ExtensionType.SIGNATURE_ALGORITHMS, ExtensionType.SUPPORTED_GROUPS, ExtensionType.KEY_SHARE};
        // RFC 8446 9.2: a hello with pre_shared_key needs neither of the others.
        int first = has(ExtensionType.PRE_SHARED_KEY) ? needed.length - 1 : 0;
        int type = needed[tls13 ? random.nextInt(first, needed.length) : 0];
        TlsAlert alert = tls13 ? TlsAlert.MISSING_EXTENSION : TlsAlert.HANDSHAKE_FAILURE;
        fault("no " + ExtensionType.name(type), alert, () -> hello.without(type));
    }

    // ---- ServerHello

    /** Generates a ServerHello or HelloRetryRequest for a client that sent the given hello. */
    public static Generated server(Random random, ClientHello offered) {
        HelloBytes base = switch (random.nextInt(3)) {
            case 0 -> HelloBytes.server12();
            case 1 -> HelloBytes.retry();
            default -> HelloBytes.server13();
        };
        boolean tls13 = base.extensions.getFirst().type() == ExtensionType.SUPPORTED_VERSIONS;
        if (tls13) {
            base.sessionId(vector(1, offered.sessionId()));
        }
        HelloGenerator generator = new HelloGenerator(random, base);
        generator.maybe(() -> Collections.shuffle(base.extensions, random));
        for (int count = random.nextInt(4); count > 0; count--) {
            generator.spoilServer(offered, tls13);
        }
        return generator.generated();
    }

    private void spoilServer(ClientHello offered, boolean tls13) {
        switch (random.nextInt(10)) {
            case 0 -> fault("old version", TlsAlert.PROTOCOL_VERSION, () -> hello.version(random.nextInt(0x0301)));
            case 1 ->
                fault(
                        "another version",
                        tls13 ? TlsAlert.ILLEGAL_PARAMETER : TlsAlert.PROTOCOL_VERSION,
                        () -> hello.version(random.nextInt(0x0304, 0x10000)));
            case 2 ->
                fault(
                        "long session id",
                        TlsAlert.DECODE_ERROR,
                        () -> hello.sessionId(vector(1, new byte[random.nextInt(33, 256)])));
            case 3 ->
                fault(
                        "a suite that was not offered",
                        TlsAlert.ILLEGAL_PARAMETER,
                        () -> hello.suites(number(2, random.nextBoolean() ? 0x1303 : 0x00FF)));
            case 4 ->
                fault(
                        "a compression method",
                        TlsAlert.ILLEGAL_PARAMETER,
                        () -> hello.compression(number(1, random.nextInt(1, 256))));
            case 5 -> unasked(offered);
            default -> spoilAny();
        }
    }

    private void unasked(ClientHello offered) {
        int type = random.nextBoolean() ? 0x5000 + random.nextInt(500) : random.nextInt(60);
        // An offered extension would not be unrequested, and a HelloRetryRequest may contain cookie unrequested.
        if (!offered.hasExtension(type) && type != ExtensionType.COOKIE) {
            byte[] body = Fuzz.bytes(random, random.nextInt(12));
            fault("unasked " + ExtensionType.name(type), TlsAlert.UNSUPPORTED_EXTENSION, () -> hello.with(type, body));
        }
    }

    // ---- faults of both

    private void spoilAny() {
        int length = hello.extensions.size();
        if (length == 0) {
            return;
        }
        int at = random.nextInt(length);
        Extension extension = hello.extensions.get(at);
        int type = extension.type();
        byte[] body = extension.body();
        String name = ExtensionType.name(type);
        switch (random.nextInt(5)) {
            case 0 -> fault("doubled " + name, TlsAlert.ILLEGAL_PARAMETER, () -> hello.add(type, body));
            case 1 -> {
                if (hasLengths(type) && body.length > 0 && spoiled.add(type)) {
                    byte[] cut = Arrays.copyOf(body, random.nextInt(body.length));
                    fault(
                            name + " cut",
                            TlsAlert.DECODE_ERROR,
                            () -> hello.extensions.set(at, new Extension(type, cut)));
                }
            }
            case 2 -> {
                if (hasLengths(type) && spoiled.add(type)) {
                    byte[] more = join(body, new byte[random.nextInt(1, 20)]);
                    fault(
                            name + " longer",
                            TlsAlert.DECODE_ERROR,
                            () -> hello.extensions.set(at, new Extension(type, more)));
                }
            }
            case 3 ->
                fault(
                        "bytes after the extensions",
                        TlsAlert.DECODE_ERROR,
                        () -> hello.trailing(filled(random.nextInt(1, 20), 0)));
            default ->
                fault(
                        "extensions of another length",
                        TlsAlert.DECODE_ERROR,
                        () -> hello.extensionsLengthError(random.nextBoolean() ? 1 : -1));
        }
    }

    /** Returns whether the syntax of the extension fixes its length. */
    private static boolean hasLengths(int type) {
        return ExtensionType.isKnown(type) && type != ExtensionType.SESSION_TICKET && type != ExtensionType.PADDING;
    }

    private void fault(String name, TlsAlert alert, Runnable spoil) {
        spoil.run();
        alerts.add(alert);
        faults.add(name);
    }

    private Generated generated() {
        return new Generated(hello.message(), alerts, faults);
    }
}
