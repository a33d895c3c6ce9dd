"""Sentence encoders of the BERT family on the card's kernels: conversion, programs, batching.

checkpoint folder -> config, checkpoint, fold, conversion -> image
token ids -> engine -> runner, program -> device -> pooling -> vectors
"""
