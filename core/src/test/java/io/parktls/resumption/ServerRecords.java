package io.parktls.resumption;

import io.parktls.engine.EngineEnd;
import io.parktls.record.RecordLayer;
import io.parktls.record.RecordSealer;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Sends records of any content under the keys of a real server, which itself never sends them. */
final class ServerRecords {
    private static final int HANDSHAKE = 22;
    private static final int APPLICATION_DATA = 23;

    private final RecordSealer sealer;

    ServerRecords(EngineEnd server) {
        RecordLayer records = (RecordLayer) field(server.engine(), "records");
        this.sealer = (RecordSealer) field(field(records, "writer"), "sealer");
    }

    private static Object field(Object of, String name) {
        try {
            Field field = of.getClass().getDeclaredField(name);
            field.setAccessible(true);
            return field.get(of);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    byte[] handshake(byte[] content) {
        return sealed(HANDSHAKE, content);
    }

    byte[] data(byte[] content) {
        return sealed(APPLICATION_DATA, content);
    }

    private byte[] sealed(int type, byte[] content) {
        ByteBuffer out = ByteBuffer.allocate(content.length + sealer.overhead());
        sealer.seal(type, ByteBuffer.wrap(content), content.length, out);
        return Arrays.copyOf(out.array(), out.position());
    }
}
