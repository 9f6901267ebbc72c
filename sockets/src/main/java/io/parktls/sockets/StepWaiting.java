package io.parktls.sockets;

import io.parktls.Interest;
import io.parktls.Waiting;
import java.util.concurrent.locks.Lock;

/**
 * Lets a step of a handshake end where it would wait for the pipe. Unlike {@link Waiting#NEVER} it lets foreign code run
 * in the thread that performs the step, and not in the context's callback executor.
 */
interface StepWaiting extends Waiting {
    @Override
    default boolean await(Interest interest) {
        return false;
    }

    @Override
    default void acquire(Lock lock) {
        lock.lock();
    }
}
