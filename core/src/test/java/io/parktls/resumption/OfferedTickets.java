package io.parktls.resumption;

import io.parktls.engine.EditableHello;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pre_shared_key extension of a ClientHello (RFC 8446 4.2.11), which a test reads, changes and encodes again. */
final class OfferedTickets {
    static final int PRE_SHARED_KEY = 41;
    static final int PSK_KEY_EXCHANGE_MODES = 45;

    /** A ticket with its obfuscated age. */
    record Identity(byte[] ticket, int age) {}

    final List<Identity> identities = new ArrayList<>();
    final List<byte[]> binders = new ArrayList<>();

    /** Returns the extension of a hello at the beginning of records; null if it has none. */
    static @Nullable OfferedTickets of(byte[] records) {
        byte[] extension = EditableHello.of(records).extensions.get(PRE_SHARED_KEY);
        return extension == null ? null : new OfferedTickets(extension);
    }

    private OfferedTickets(byte[] extension) {
        ByteBuffer in = ByteBuffer.wrap(extension);
        ByteBuffer list = take(in, in.getShort() & 0xFFFF);
        while (list.hasRemaining()) {
            byte[] ticket = bytes(take(list, list.getShort() & 0xFFFF));
            identities.add(new Identity(ticket, list.getInt()));
        }
        list = take(in, in.getShort() & 0xFFFF);
        while (list.hasRemaining()) {
            binders.add(bytes(take(list, list.get() & 0xFF)));
        }
    }

    private static ByteBuffer take(ByteBuffer in, int length) {
        ByteBuffer part = in.slice(in.position(), length);
        in.position(in.position() + length);
        return part;
    }

    private static byte[] bytes(ByteBuffer part) {
        byte[] bytes = new byte[part.remaining()];
        part.get(bytes);
        return bytes;
    }

    byte[] encode() {
        ByteBuffer all = ByteBuffer.allocate(40_000);
        all.putShort((short) identities.stream()
                .mapToInt(identity -> 2 + identity.ticket().length + 4)
                .sum());
        for (Identity identity : identities) {
            all.putShort((short) identity.ticket().length)
                    .put(identity.ticket())
                    .putInt(identity.age());
        }
        all.putShort((short) bindersLength());
        for (byte[] binder : binders) {
            all.put((byte) binder.length).put(binder);
        }
        return Arrays.copyOf(all.array(), all.position());
    }

    private int bindersLength() {
        return binders.stream().mapToInt(binder -> 1 + binder.length).sum();
    }

    /** Returns the records with this extension in place of that of the hello. */
    byte[] in(byte[] records) {
        EditableHello hello = EditableHello.of(records);
        hello.extensions.put(PRE_SHARED_KEY, encode());
        return hello.record();
    }

    /** Returns the message with this extension, without the list of binders, which the binders cover. */
    byte[] truncated(byte[] records) {
        byte[] record = in(records);
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.write(record, 5, record.length - 5 - 2 - bindersLength());
        return message.toByteArray();
    }
}
