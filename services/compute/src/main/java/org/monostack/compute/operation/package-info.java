/** Durable operations on servers, one class each, and the reconciler that submits them. */
@NullMarked
package org.monostack.compute.operation;

import org.jspecify.annotations.NullMarked;
