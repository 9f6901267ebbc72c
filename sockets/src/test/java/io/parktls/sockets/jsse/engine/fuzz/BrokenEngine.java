package io.parktls.sockets.jsse.engine.fuzz;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** An engine with a fault, which the fuzzer must find. */
final class BrokenEngine extends SSLEngine {
    /** The faults, and what the report of each contains. */
    enum Fault {
        DROPS_A_BYTE("bytes"),
        INVENTS_A_BYTE("are not those that the peer sent"),
        CHANGES_A_BYTE("are not those that the peer sent"),
        CONSUMES_MORE_THAN_IT_SAYS("the sources moved by"),
        PRODUCES_MORE_THAN_IT_SAYS("the destinations moved by"),
        MOVES_AT_OVERFLOW("moves bytes"),
        OVERFLOWS_WITH_ENOUGH("the size that the session says"),
        UNDERFLOWS_WITH_A_RECORD("the source completes a record"),
        WRITES_AFTER_THE_END("which is not the call's to change"),
        CHANGES_THE_SOURCE("which is not the call's to change"),
        CHANGES_A_LIMIT("changes a limit"),
        SPINS_IN_WRAP("no progress, and no other need"),
        SPINS_IN_UNWRAP("no progress, and no other need"),
        SPINS_BETWEEN_BOTH("not done after"),
        NEEDS_NO_TASK("there is no task"),
        HIDES_ITS_STATUS("getHandshakeStatus returns"),
        WAITS_FOR_EVER("stalls"),
        TAKES_TRUNCATION_FOR_THE_END("takes a truncation for the end"),
        INPUT_IS_NEVER_DONE("isInboundDone is false"),
        OUTPUT_IS_NEVER_DONE("isOutboundDone is false"),
        FAILS_WITHOUT_REASON("fails without a reason");

        final String complaint;

        Fault(String complaint) {
            this.complaint = complaint;
        }
    }

    private final SSLEngine engine;
    private final Fault fault;
    private boolean finished;
    private int turns;

    BrokenEngine(SSLEngine engine, Fault fault) {
        this.engine = engine;
        this.fault = fault;
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer destination)
            throws SSLException {
        boolean open = !engine.isOutboundDone() && destination.hasRemaining();
        switch (fault) {
            case MOVES_AT_OVERFLOW -> {
                SSLEngineResult result = engine.wrap(sources, offset, length, destination);
                if (result.getStatus() == Status.BUFFER_OVERFLOW && open) {
                    destination.put((byte) 0);
                    return result(Status.BUFFER_OVERFLOW, result.getHandshakeStatus(), 0, 1);
                }
                return result;
            }
            case OVERFLOWS_WITH_ENOUGH -> {
                if (open) {
                    return result(Status.BUFFER_OVERFLOW, getHandshakeStatus(), 0, 0);
                }
            }
            case SPINS_IN_WRAP -> {
                if (getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                    return result(Status.OK, HandshakeStatus.NEED_WRAP, 0, 0);
                }
            }
            case SPINS_BETWEEN_BOTH -> {
                if (finished && !engine.isInboundDone()) {
                    turns++;
                    return result(Status.OK, getHandshakeStatus(), 0, 0);
                }
            }
            case CHANGES_THE_SOURCE -> {
                ByteBuffer source = sources[offset];
                if (source.hasRemaining() && !source.isReadOnly()) {
                    source.put(source.position(), (byte) ~source.get(source.position()));
                }
            }
            case WRITES_AFTER_THE_END -> {
                ByteBuffer all = destination.duplicate().clear();
                if (destination.limit() < all.limit()) {
                    all.put(destination.limit(), (byte) ~all.get(destination.limit()));
                }
            }
            case CHANGES_A_LIMIT -> {
                SSLEngineResult result = engine.wrap(sources, offset, length, destination);
                destination.limit(destination.position());
                return result;
            }
            default -> {}
        }
        SSLEngineResult result = engine.wrap(sources, offset, length, destination);
        noteFinish(result);
        return switch (fault) {
            case CONSUMES_MORE_THAN_IT_SAYS ->
                result.bytesConsumed() > 0
                        ? changed(result, result.bytesConsumed() - 1, result.bytesProduced())
                        : result;
            case PRODUCES_MORE_THAN_IT_SAYS ->
                result.bytesProduced() > 0
                        ? changed(result, result.bytesConsumed(), result.bytesProduced() - 1)
                        : result;
            default -> result;
        };
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] destinations, int offset, int length)
            throws SSLException {
        switch (fault) {
            case UNDERFLOWS_WITH_A_RECORD -> {
                if (source.hasRemaining()) {
                    return result(Status.BUFFER_UNDERFLOW, getHandshakeStatus(), 0, 0);
                }
            }
            case SPINS_IN_UNWRAP -> {
                return result(Status.OK, getHandshakeStatus(), 0, 0);
            }
            case SPINS_BETWEEN_BOTH -> {
                if (finished && !engine.isInboundDone()) {
                    turns++;
                    return result(Status.OK, getHandshakeStatus(), 0, 0);
                }
            }
            case WAITS_FOR_EVER -> {
                if (finished && source.hasRemaining()) {
                    int all = source.remaining();
                    source.position(source.limit());
                    return result(Status.OK, getHandshakeStatus(), all, 0);
                }
            }
            case FAILS_WITHOUT_REASON -> {
                if (finished && source.hasRemaining() && turns++ == 0) {
                    throw new SSLException("no reason");
                }
            }
            default -> {}
        }
        int before = destinations[offset].position();
        SSLEngineResult result = engine.unwrap(source, destinations, offset, length);
        noteFinish(result);
        ByteBuffer first = destinations[offset];
        if (result.bytesProduced() == 0 || first.position() == before) {
            return result;
        }
        switch (fault) {
            case DROPS_A_BYTE -> {
                first.position(first.position() - 1);
                return changed(result, result.bytesConsumed(), result.bytesProduced() - 1);
            }
            case INVENTS_A_BYTE -> {
                if (first.hasRemaining()) {
                    first.put((byte) 0);
                    return changed(result, result.bytesConsumed(), result.bytesProduced() + 1);
                }
            }
            case CHANGES_A_BYTE -> first.put(before, (byte) ~first.get(before));
            default -> {}
        }
        return result;
    }

    private void noteFinish(SSLEngineResult result) {
        finished |= result.getHandshakeStatus() == HandshakeStatus.FINISHED;
    }

    private static SSLEngineResult changed(SSLEngineResult result, int consumed, int produced) {
        return result(result.getStatus(), result.getHandshakeStatus(), consumed, produced);
    }

    private static SSLEngineResult result(Status status, HandshakeStatus handshake, int consumed, int produced) {
        return new SSLEngineResult(status, handshake, consumed, produced);
    }

    @Override
    public HandshakeStatus getHandshakeStatus() {
        return switch (fault) {
            case SPINS_BETWEEN_BOTH ->
                !finished || engine.isInboundDone()
                        ? engine.getHandshakeStatus()
                        : turns % 2 == 0 ? HandshakeStatus.NEED_WRAP : HandshakeStatus.NEED_UNWRAP;
            case NEEDS_NO_TASK -> HandshakeStatus.NEED_TASK;
            case HIDES_ITS_STATUS ->
                engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP
                        ? HandshakeStatus.NOT_HANDSHAKING
                        : engine.getHandshakeStatus();
            default -> engine.getHandshakeStatus();
        };
    }

    @Override
    public @Nullable Runnable getDelegatedTask() {
        return fault == Fault.NEEDS_NO_TASK ? null : engine.getDelegatedTask();
    }

    @Override
    public void closeInbound() throws SSLException {
        try {
            engine.closeInbound();
        } catch (SSLException e) {
            if (fault != Fault.TAKES_TRUNCATION_FOR_THE_END) {
                throw e;
            }
        }
    }

    @Override
    public boolean isInboundDone() {
        return fault != Fault.INPUT_IS_NEVER_DONE && engine.isInboundDone();
    }

    @Override
    public void closeOutbound() {
        engine.closeOutbound();
    }

    @Override
    public boolean isOutboundDone() {
        return fault != Fault.OUTPUT_IS_NEVER_DONE && engine.isOutboundDone();
    }

    @Override
    public void beginHandshake() throws SSLException {
        engine.beginHandshake();
    }

    @Override
    public SSLSession getSession() {
        return engine.getSession();
    }

    @Override
    public @Nullable SSLSession getHandshakeSession() {
        return engine.getHandshakeSession();
    }

    @Override
    public SSLParameters getSSLParameters() {
        return engine.getSSLParameters();
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
        engine.setSSLParameters(parameters);
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return engine.getSupportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return engine.getEnabledCipherSuites();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        engine.setEnabledCipherSuites(suites);
    }

    @Override
    public String[] getSupportedProtocols() {
        return engine.getSupportedProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return engine.getEnabledProtocols();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        engine.setEnabledProtocols(protocols);
    }

    @Override
    public void setUseClientMode(boolean mode) {
        engine.setUseClientMode(mode);
    }

    @Override
    public boolean getUseClientMode() {
        return engine.getUseClientMode();
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        engine.setNeedClientAuth(need);
    }

    @Override
    public boolean getNeedClientAuth() {
        return engine.getNeedClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
        engine.setWantClientAuth(want);
    }

    @Override
    public boolean getWantClientAuth() {
        return engine.getWantClientAuth();
    }

    @Override
    public void setEnableSessionCreation(boolean flag) {
        engine.setEnableSessionCreation(flag);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return engine.getEnableSessionCreation();
    }
}
