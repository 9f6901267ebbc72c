package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that each direction ends on its own. The interop tests do the same with OpenSSL as the peer. */
@Tag("H7")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HalfCloseTest {
    private static final int MEGABYTES = 100;

    @ParameterizedTest
    @EnumSource
    @DisplayName("H7 a request, shutdownOutput, and a reply of 100 MB")
    void replyAfterTheRequestHasEnded(TlsVersion version) throws Exception {
        byte[] request = "what do you know?".getBytes(StandardCharsets.US_ASCII);
        byte[] megabyte = new byte[1 << 20];
        try (SocketPair pair = SocketPair.open(TlsEngineProvider.bouncyCastle(), Transport.TCP, version)) {
            Task<byte[]> serving = ThreadKind.VIRTUAL.start(() -> {
                byte[] asked = pair.server().inputStream().readAllBytes();
                for (int i = 0; i < MEGABYTES; i++) {
                    Arrays.fill(megabyte, (byte) i);
                    pair.server().write(ByteBuffer.wrap(megabyte));
                }
                pair.server().close();
                return asked;
            });
            pair.client().write(ByteBuffer.wrap(request));
            pair.client().shutdownOutput();
            assertThrows(IOException.class, () -> pair.client().write(ByteBuffer.allocate(1)));
            InputStream in = pair.client().inputStream();
            for (int i = 0; i < MEGABYTES; i++) {
                byte[] got = in.readNBytes(1 << 20);
                assertEquals(1 << 20, got.length);
                for (byte b : got) {
                    if (b != (byte) i) {
                        assertEquals((byte) i, b);
                    }
                }
            }
            assertEquals(-1, in.read());
            assertArrayEquals(request, serving.get());
            assertTrue(pair.client().connection().isCloseNotifyReceived());
        }
    }
}
