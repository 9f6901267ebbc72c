package io.parktls.sockets.jsse.engine.fuzz;

import io.parktls.sockets.jsse.engine.fuzz.CheckedEngine.Buffers;
import io.parktls.sockets.jsse.engine.fuzz.GuardedMemory.Block;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The calls with which an engine sends and receives, with buffers of random sizes and kinds, whose bytes go to the wire and are
 * compared with those that the peer sends.
 */
final class Traffic {
    private final String name;
    private final SSLEngine engine;
    private final CheckedEngine checked;
    private final Random random;
    private final GuardedMemory memory;
    private final CallLog log;
    private final Wire output;
    private final Wire input;
    private final byte[] data;

    private byte[] expected = new byte[0];
    private int sent;
    private int received;
    private boolean called;

    /** Whether the peer's close_notify was unwrapped. */
    private boolean ended;

    /** Whether the last call said that its destinations are too small. */
    private boolean overflow;

    private @Nullable SSLException failure;

    /** How many bytes were produced before the failure. */
    private int beforeFailure;

    Traffic(
            String name,
            SSLEngine engine,
            CheckedEngine checked,
            Random random,
            GuardedMemory memory,
            CallLog log,
            Wire output,
            Wire input,
            int bytes) {
        this.name = name;
        this.engine = engine;
        this.checked = checked;
        this.random = random;
        this.memory = memory;
        this.log = log;
        this.output = output;
        this.input = input;
        this.data = new byte[bytes];
        random.nextBytes(data);
    }

    void expect(Traffic peer) {
        expected = peer.data;
    }

    int sent() {
        return sent;
    }

    boolean hasSentAll() {
        return sent == data.length;
    }

    int received() {
        return received;
    }

    /** Returns whether wrap or unwrap was called, which may begin the handshake. */
    boolean isCalled() {
        return called;
    }

    /** Returns whether the engine has neither consumed nor produced a byte of TLS. */
    boolean isUntouched() {
        return input.isUntouched() && checked.produced() == 0;
    }

    boolean hasEnded() {
        return ended;
    }

    @Nullable
    SSLException failure() {
        return failure;
    }

    /** Returns whether the engine has produced bytes since its failure, which are those of an alert. */
    boolean hasSentAlert() {
        return failure != null && checked.produced() > beforeFailure;
    }

    int available() {
        return input.available();
    }

    /** Wraps some of the data that is not sent yet. */
    void wrap(int wanted, int size) {
        memory.reset();
        int length = Math.min(wanted, data.length - sent);
        List<Block> blocks = new ArrayList<>();
        int offset = sent;
        for (int part : parts(length)) {
            blocks.add(memory.source(random, Arrays.copyOfRange(data, offset, offset + part)));
            offset += part;
        }
        Buffers sources = amongOthers(blocks);
        Block destination = memory.destination(random, size);
        called = true;
        try {
            SSLEngineResult result = checked.wrap(sources, destination);
            sent += result.bytesConsumed();
            overflow = result.getStatus() == Status.BUFFER_OVERFLOW;
            output.write(written(destination));
        } catch (SSLException e) {
            fail(e);
        }
    }

    private static ByteBuffer written(Block block) {
        ByteBuffer bytes = block.buffer().duplicate();
        bytes.limit(bytes.position());
        bytes.position(block.position());
        return bytes;
    }

    /** Unwraps the first of the bytes that have arrived. Returns null if that fails. */
    @Nullable
    SSLEngineResult unwrap(int length, int size) {
        memory.reset();
        byte[] arrived = new byte[length];
        input.peek(arrived, length);
        Block source = memory.source(random, arrived);
        List<Block> blocks = new ArrayList<>();
        for (int part : parts(size)) {
            blocks.add(memory.destination(random, part));
        }
        boolean complete = input.completesRecord(length);
        called = true;
        try {
            SSLEngineResult result = checked.unwrap(source, complete, amongOthers(blocks));
            overflow = result.getStatus() == Status.BUFFER_OVERFLOW;
            ended |= result.getStatus() == Status.CLOSED && result.bytesConsumed() > 0;
            input.consume(result.bytesConsumed());
            blocks.forEach(this::receive);
            return result;
        } catch (SSLException e) {
            fail(e);
            return null;
        }
    }

    private void receive(Block block) {
        ByteBuffer bytes = written(block);
        int length = bytes.remaining();
        if (received + length > expected.length || bytes.mismatch(ByteBuffer.wrap(expected, received, length)) >= 0) {
            throw new Defect(
                    name + ": the " + length + " bytes from " + received + " are not those that the peer sent");
        }
        received += length;
    }

    /** Cuts a length into one to four parts, of which some may be 0. */
    private int[] parts(int length) {
        if (random.nextInt(3) > 0) {
            return new int[] {length};
        }
        int[] cuts = IntStream.range(0, random.nextInt(4))
                .map(i -> random.nextInt(4) == 0 ? 0 : random.nextInt(length + 1))
                .sorted()
                .toArray();
        int[] parts = new int[cuts.length + 1];
        int at = 0;
        for (int i = 0; i < cuts.length; i++) {
            parts[i] = cuts[i] - at;
            at = cuts[i];
        }
        parts[cuts.length] = length - at;
        return parts;
    }

    /** Puts buffers before and after those of the call, which the call must leave alone. */
    private Buffers amongOthers(List<Block> blocks) {
        if (random.nextInt(3) > 0) {
            return new Buffers(blocks, 0, blocks.size());
        }
        List<Block> all = new ArrayList<>();
        int before = random.nextInt(3);
        for (int i = 0; i < before; i++) {
            all.add(memory.destination(random, random.nextInt(50)));
        }
        all.addAll(blocks);
        for (int i = random.nextInt(3); i > 0; i--) {
            all.add(memory.destination(random, random.nextInt(50)));
        }
        return new Buffers(all, before, blocks.size());
    }

    /** Makes a call that is refused and that changes nothing. */
    void misuse() {
        memory.reset();
        Block source = memory.source(random, new byte[random.nextInt(100)]);
        Block destination = memory.destination(random, 40_000);
        memory.snapshot();
        String call = name + " misuse";
        try {
            switch (random.nextInt(3)) {
                case 0 -> engine.wrap(source.buffer(), destination.buffer().asReadOnlyBuffer());
                case 1 -> engine.unwrap(source.buffer(), destination.buffer().asReadOnlyBuffer());
                default -> engine.wrap(new ByteBuffer[] {source.buffer()}, 0, 2, destination.buffer());
            }
            throw new Defect(call + " is not refused");
        } catch (ReadOnlyBufferException | IndexOutOfBoundsException e) {
            log.event(call + " throws " + e);
        } catch (SSLException e) {
            // The failure of a delegated task, which the next call reports, whatever its arguments.
            log.event(call + " throws " + e);
            fail(e);
        }
        memory.verify(call);
        if (source.moved() != 0 || destination.moved() != 0) {
            throw new Defect(call + " moves a position");
        }
    }

    /** Returns a size that suffices if the call before has asked for it, and often otherwise. */
    int likelySize(int enough) {
        return overflow || random.nextInt(4) > 0
                ? enough + random.nextInt(2) * random.nextInt(20_000)
                : anySize(enough);
    }

    /** Returns a size from 0 to more than enough. */
    int anySize(int enough) {
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> random.nextInt(6);
            case 2 -> random.nextInt(100);
            case 3 -> random.nextInt(2_000);
            case 4 -> random.nextInt(enough);
            case 5 -> enough - 1;
            case 6 -> enough;
            default -> enough + random.nextInt(40_000);
        };
    }

    void fail(SSLException e) {
        if (failure == null) {
            failure = e;
            beforeFailure = checked.produced();
        }
    }

    @Override
    public String toString() {
        return available() + " bytes available, " + received + " received, " + sent + " of " + data.length + " sent";
    }
}
