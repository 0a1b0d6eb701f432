/**
 * What the program tells of itself: numbers for Prometheus, the journal of requests, notes of those
 * who act by themselves, and the story of a request or resource made of all of them.
 */
@NullMarked
package org.monostack.platform.telemetry;

import org.jspecify.annotations.NullMarked;
